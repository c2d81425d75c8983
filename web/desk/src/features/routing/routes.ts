import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/monitor', name: 'monitor', component: () => import('./MonitorPage.vue'), meta: { title: 'routing.monitor.title', permission: 'routing.read' } },
  { path: '/monitor/simulator', name: 'simulator', component: () => import('./SimulatorPage.vue'), meta: { title: 'routing.simulator.title', permission: 'routing.lead', words: ['settings/routing'] } },
] satisfies RouteRecordRaw[]
