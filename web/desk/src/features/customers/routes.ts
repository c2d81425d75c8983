import type { RouteRecordRaw } from 'vue-router'

const CustomersPage = () => import('./CustomersPage.vue')
const meta = { title: 'customers.title', permission: 'customers.read' }

export default [
  { path: '/customers', name: 'customers', component: CustomersPage, meta },
  { path: '/customers/:id(\\d+)', name: 'customer', component: () => import('./CustomerPage.vue'), meta },
] satisfies RouteRecordRaw[]
