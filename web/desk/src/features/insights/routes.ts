import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/knowledge/gaps', name: 'knowledge-gaps', component: () => import('./InsightsPage.vue'), meta: { title: 'insights.title', permission: 'knowledge.write' } },
] satisfies RouteRecordRaw[]
