import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/views', name: 'views', component: () => import('./ManageViews.vue'), meta: { title: 'views.manage.title', permission: 'tickets.read' } },
] satisfies RouteRecordRaw[]
