import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/knowledge/answers', name: 'knowledge-answers', component: () => import('./AnswersPage.vue'), meta: { title: 'answers.title', permission: 'knowledge.write' } },
] satisfies RouteRecordRaw[]
