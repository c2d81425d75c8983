import { mount, flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { createApp } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ApiError, OfflineError } from './api/client'
import { problemOf } from './api/problem'
import { failure, isPartMissing, settleFailures } from './failing'
import { i18n } from './i18n'
import FailedPage from './shell/FailedPage.vue'

const assign = vi.fn()
let isThere = true
let answer: () => unknown = () => ({})

function aRouter() {
  const page = { template: '<p />' }
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: page }, { path: '/there', component: page }] })
  router.beforeEach((to) => (to.path === '/there' ? (answer() as never) : true))
  const app = createApp({})
  settleFailures(app, router)
  return { router, app }
}
beforeEach(() => {
  setActivePinia(createPinia())
  sessionStorage.clear()
  assign.mockReset()
  failure.value = null
  isPartMissing.value = false
  isThere = true
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  vi.stubGlobal('location', { ...window.location, assign })
  vi.stubGlobal('fetch', () => (isThere ? Promise.resolve(new Response('ok')) : Promise.reject(new TypeError('Failed to fetch'))))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})
const fails = (error: unknown) => () => {
  throw error
}
const gone = new TypeError('Failed to fetch dynamically imported module: /assets/Page-1.js')

async function go(error: unknown) {
  answer = fails(error)
  const { router } = aRouter()
  await router.push('/')
  await router.push('/there').catch(() => undefined)
  await flushPromises()
  return router
}

it.each([
  ['offline', new OfflineError()],
  ['server', new ApiError({ status: 500, code: 'http.500', detail: '', params: {}, request_id: 'r1' })],
  ['broken', new Error('a bug')],
])('says %s when that keeps a page from coming', async (kind, error) => {
  await go(error)
  expect(failure.value).toMatchObject({ kind, to: '/there' })
  expect(assign).not.toHaveBeenCalled()
})

it('loads the new page once when a part is gone after an upgrade, and says so when that did not help', async () => {
  await go(gone)
  expect(assign).toHaveBeenCalledWith('/there')
  expect(failure.value).toBeNull()
  assign.mockReset()
  await go(gone)
  expect(assign).not.toHaveBeenCalled()
  expect(failure.value?.kind).toBe('part')
})

it('never leaves the page for a server that is gone', async () => {
  isThere = false
  await go(gone)
  expect(assign).not.toHaveBeenCalled()
  expect(failure.value?.kind).toBe('offline')
})

it('is over when a page comes', async () => {
  const router = await go(new OfflineError())
  answer = () => true
  await router.push('/there')
  expect(failure.value).toBeNull()
})

it('notes a dialog that could not be loaded', () => {
  const { app } = aRouter()
  app.config.errorHandler?.(gone, null, '')
  expect(isPartMissing.value).toBe(true)
})

it('goes on by itself once the server is back', async () => {
  vi.useFakeTimers()
  isThere = false
  const router = await vi.waitFor(() => go(new OfflineError()))
  const page = mount(FailedPage, { props: { failure: failure.value! }, global: { plugins: [i18n, router] } })
  await vi.advanceTimersByTimeAsync(5_100)
  expect(page.text()).toContain('还连不上')
  isThere = true
  await vi.advanceTimersByTimeAsync(5_100)
  expect(assign).toHaveBeenCalledWith('/there')
  page.unmount()
})

it('gives the number of a failed request, from the header where the answer is a bare page', async () => {
  const problem = await problemOf(new Response('<h1>Server Error</h1>', { status: 500, headers: { 'content-type': 'text/html', 'x-request-id': 'r-42' } }))
  const router = await go(new ApiError(problem))
  const page = mount(FailedPage, { props: { failure: failure.value! }, global: { plugins: [i18n, router] } })
  expect(page.text()).toContain('服务器出错了')
  expect(page.text()).toContain('r-42')
  page.unmount()
})
