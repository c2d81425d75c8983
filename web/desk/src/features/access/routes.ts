import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/sign-in', name: 'sign-in', component: () => import('./SignIn.vue'), meta: { title: 'access.title', isPublic: true } },
] satisfies RouteRecordRaw[]
