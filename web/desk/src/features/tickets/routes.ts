import type { RouteRecordRaw } from 'vue-router'

const DeskView = () => import('./DeskView.vue')
const meta = { title: 'app.nav.desk', permission: 'tickets.read' }

// one component for all three: the list stays while the ticket changes
export default [
  { path: '/', name: 'desk', component: DeskView, meta },
  { path: '/views/:view', name: 'view', component: DeskView, meta },
  { path: '/tickets/:id(\\d+)', name: 'ticket', component: DeskView, meta },
] satisfies RouteRecordRaw[]
