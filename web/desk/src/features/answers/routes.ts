import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/knowledge/answers', name: 'knowledge-answers', component: () => import('./AnswersPage.vue'), meta: { title: 'answers.title', permission: 'knowledge.write' } },
  { path: '/knowledge/answers/keywords', name: 'knowledge-answers-keywords', component: () => import('./KeywordsPage.vue'), meta: { title: 'answers.keywords.title', permission: 'knowledge.write' } },
  { path: '/knowledge/answers/dialogues', name: 'knowledge-answers-dialogues', component: () => import('./DialoguesPage.vue'), meta: { title: 'answers.dialogues.title', permission: 'knowledge.write' } },
] satisfies RouteRecordRaw[]
