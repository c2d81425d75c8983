import type { RouteRecordRaw } from 'vue-router'

const DeskView = () => import('./DeskView.vue')

export default [
  { path: '/', name: 'desk', component: DeskView, meta: { title: 'app.nav.desk', permission: 'tickets.read' } },
] satisfies RouteRecordRaw[]
