import type { RouteRecordRaw } from 'vue-router'

const read = { title: 'app.nav.knowledge', permission: 'knowledge.read' }
const write = { title: 'app.nav.knowledge', permission: 'knowledge.write' }

export default [
  { path: '/knowledge', name: 'knowledge', component: () => import('./LibraryPage.vue'), meta: read },
  { path: '/knowledge/todo', name: 'knowledge-todo', component: () => import('./TodoPage.vue'), meta: read },
  { path: '/knowledge/import', name: 'knowledge-import', component: () => import('./ImportPage.vue'), meta: write },
  { path: '/knowledge/categories', name: 'knowledge-categories', component: () => import('./CategoriesPage.vue'), meta: write },
  { path: '/knowledge/:id(\\d+)', name: 'knowledge-entry', component: () => import('./EntryPage.vue'), meta: read },
  { path: '/knowledge/versions/:id(\\d+)', name: 'knowledge-version', component: () => import('./VersionPage.vue'), meta: read },
] satisfies RouteRecordRaw[]
