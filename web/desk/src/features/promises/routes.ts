import type { RouteRecordRaw } from 'vue-router'

const meta = (name: string, permission?: string) => ({ title: `promises.${name}.title`, permission })

export default [
  {
    path: '/follow-ups',
    component: () => import('./FollowUpsFrame.vue'),
    children: [
      { path: '', redirect: '/follow-ups/promises' },
      { path: 'promises', component: () => import('./PromisesPage.vue'), meta: meta('page', 'tickets.read') },
      { path: 'approvals', component: () => import('./ApprovalsPage.vue'), meta: meta('approvals') },
      { path: 'compensation', component: () => import('./GrantsPage.vue'), meta: meta('grants', 'compensation.give') },
      { path: 'incidents', component: () => import('./IncidentsPage.vue'), meta: meta('incidents', 'tickets.read') },
      { path: 'incidents/:id(\\d+)', component: () => import('./IncidentPage.vue'), meta: meta('incidents', 'tickets.read') },
      { path: 'reviews', component: () => import('./ReviewsPage.vue'), meta: meta('reviews', 'tickets.read') },
      { path: 'surveys', component: () => import('./AnswersPage.vue'), meta: meta('answers', 'tickets.read') },
    ],
  },
  { path: '/approval/:token', component: () => import('./ApprovalByLink.vue'), meta: { title: 'promises.link.title', isPublic: true, isBare: true, words: ['access'] } },
] satisfies RouteRecordRaw[]
