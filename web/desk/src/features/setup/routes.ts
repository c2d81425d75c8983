import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/setup', name: 'setup', component: () => import('./SetupPage.vue'), meta: { title: 'setup.title', isPublic: true, isBare: true, words: ['access'] } },
  // the later steps need the administrator the first step made
  { path: '/setup/:step(mailbox|widget|people)', name: 'setup-step', component: () => import('./SetupStep.vue'), meta: { title: 'setup.title', isBare: true, words: ['access', 'settings'] } },
] satisfies RouteRecordRaw[]
