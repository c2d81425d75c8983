import type { RouteRecordRaw } from 'vue-router'

const words = ['tickets']

export default [
  { path: '/tasks', name: 'tasks', component: () => import('./TasksPage.vue'), meta: { title: 'procedures.tasksTitle', permission: 'tasks.work', words } },
  { path: '/tasks/:id(\\d+)', name: 'task', component: () => import('./TasksPage.vue'), meta: { title: 'procedures.tasksTitle', permission: 'tasks.work', words } },
  { path: '/tickets/:id(\\d+)/record', name: 'record', component: () => import('./RecordPage.vue'), meta: { title: 'procedures.record.title', permission: 'tickets.read', words } },
] satisfies RouteRecordRaw[]
