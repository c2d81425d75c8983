import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/profile',
    component: () => import('./ProfileFrame.vue'),
    meta: { words: ['access', 'notifications'] },
    children: [
      { path: '', name: 'profile', component: () => import('./ProfilePage.vue'), meta: { title: 'profile.title' } },
      { path: 'security', name: 'security', component: () => import('./SecurityPage.vue'), meta: { title: 'profile.security.title' } },
      { path: 'notifications', name: 'notification-preferences', component: () => import('../notifications/PreferencesPage.vue'), meta: { title: 'notifications.title' } },
    ],
  },
] satisfies RouteRecordRaw[]
