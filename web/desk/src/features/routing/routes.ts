import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/monitor', name: 'monitor', component: () => import('./MonitorPage.vue'), meta: { title: 'routing.monitor.title', permission: 'routing.read' } },
] satisfies RouteRecordRaw[]
