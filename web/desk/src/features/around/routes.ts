import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/tickets/:id(\\d+)/print', name: 'print', component: () => import('./PrintPage.vue'), meta: { title: 'around.print.title', permission: 'tickets.read', isBare: true } },
] satisfies RouteRecordRaw[]
