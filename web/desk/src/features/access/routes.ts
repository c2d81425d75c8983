import type { RouteRecordRaw } from 'vue-router'

const open = { isPublic: true, isBare: true }

export default [
  { path: '/sign-in', name: 'sign-in', component: () => import('./SignIn.vue'), meta: { ...open, title: 'access.title' } },
  { path: '/reset-password', name: 'password-reset', component: () => import('./PasswordResetRequest.vue'), meta: { ...open, title: 'access.reset.title' } },
  { path: '/reset-password/:key', component: () => import('./PasswordReset.vue'), meta: { ...open, title: 'access.reset.newTitle' } },
  { path: '/invitation/:token', component: () => import('./Invitation.vue'), meta: { ...open, title: 'access.invitation.title' } },
  { path: '/second-factor', name: 'second-factor-enrolment', component: () => import('./SecondFactorEnrolment.vue'), meta: { isBare: true, title: 'access.enrol.title' } },
] satisfies RouteRecordRaw[]
