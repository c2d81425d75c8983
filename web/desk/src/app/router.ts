import { createRouter, createWebHistory, type RouteRecordRaw, type RouteLocationNormalized } from 'vue-router'
import { loadDailyWords, loadWords } from './i18n'
import { useSession } from './session'
import { firstPlace } from './shell/destinations'
import { loadShell } from './shell/load'

declare module 'vue-router' {
  interface RouteMeta {
    /** i18n key of the page's name */
    title?: string
    /** the permission the page needs; without it the no-permission page stands there */
    permission?: string
    /** open to people who are not signed in */
    isPublic?: boolean
    /** stands alone, without rail and menu */
    isBare?: boolean
    /** features whose words the page needs beside its own */
    words?: string[]
  }
}

// every feature brings its own routes: features/<x>/routes.ts
const features = import.meta.glob<{ default: RouteRecordRaw[] }>('../features/*/routes.ts', { eager: true })

const NotFound = () => import('./shell/NotFound.vue')

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...Object.entries(features).flatMap(([path, module]) => module.default.map((route) => ofFeature(path.split('/').at(-2) as string, route))),
    { path: '/no-permission', name: 'no-permission', component: () => import('./shell/NoPermissionPage.vue') },
    { path: '/:pathMatch(.*)*', name: 'not-found', component: NotFound, meta: { title: 'app.notFound.title' } },
  ],
})

router.beforeEach(async (to) => guard(to))
router.beforeResolve(async (to) => {
  const wanted = to.matched.flatMap((record) => record.meta.words ?? [])
  const daily = to.meta.isPublic ? [] : [loadDailyWords()]
  const frame = to.meta.isPublic || to.meta.isBare ? [] : [loadShell()]
  await Promise.all([...daily, ...frame, ...[...new Set(wanted)].map(loadWords)])
})

function ofFeature(feature: string, route: RouteRecordRaw): RouteRecordRaw {
  return { ...route, meta: { ...route.meta, words: [feature, ...(route.meta?.words ?? [])] } }
}

async function guard(to: RouteLocationNormalized) {
  if (to.meta.isPublic) return true
  const session = useSession()
  if (!session.isSignedIn) await session.load()
  if (!session.isSignedIn) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  if (session.current?.second_factor_required && to.name !== 'second-factor-enrolment') {
    return { name: 'second-factor-enrolment', query: { next: to.fullPath } }
  }
  const permission = to.meta.permission
  // whoever has no desk begins where their work is
  if (to.path === '/' && permission && !session.can(permission)) return firstPlace(session.can)
  if (permission && !session.can(permission)) {
    return { name: 'no-permission', query: { permission, from: to.fullPath } }
  }
  return true
}
