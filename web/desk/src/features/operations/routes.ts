import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/operations', name: 'operations', component: () => import('./OperationsPage.vue'), meta: { title: 'operations.title', permission: 'operations.read' } },
] satisfies RouteRecordRaw[]
