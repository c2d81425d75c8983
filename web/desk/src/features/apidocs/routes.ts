import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/api-docs', name: 'api-docs', component: () => import('./ApiDocsPage.vue'), meta: { title: 'apidocs.title' } },
] satisfies RouteRecordRaw[]
