import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { leave } from './leaving'
import { queryClient } from './queries'
import { router } from './router'
import { useSession } from './session'

const staff = { id: 1, name: '小明', email: 'm@example.cn', locale: 'zh-CN', theme: 'light', signature: '', roles: [], groups: [], permissions: {} as Record<string, string> }
let secondFactor = false
let signedIn = true

beforeEach(() => {
  setActivePinia(createPinia())
  secondFactor = false
  signedIn = true
  staff.permissions = { 'tickets.read': 'all' }
  vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response(JSON.stringify({
    staff: signedIn ? staff : null, csrf_token: '', company: { name: '' }, stream_url: '', setup_needed: false, second_factor_required: secondFactor,
  }), { headers: { 'content-type': 'application/json' } }))))
})
afterEach(() => vi.unstubAllGlobals())

const here = () => router.currentRoute.value

it('sends nobody to the sign-in page and remembers where they were going', async () => {
  signedIn = false
  await router.push('/settings/people?x=1')
  expect(here().name).toBe('sign-in')
  expect(here().query).toEqual({ next: '/settings/people?x=1' })
})

it('lets nobody past a required second factor', async () => {
  secondFactor = true
  await router.push('/operations')
  expect(here().name).toBe('second-factor-enrolment')
})

it('shows the no-permission page instead of the page', async () => {
  await router.push('/operations')
  expect(here().name).toBe('no-permission')
  expect(here().query.permission).toBe('operations.read')
})

it('begins where a person has work', async () => {
  staff.permissions = { 'customers.read': 'all' }
  await router.push('/profile')
  await router.push('/')
  expect(here().path).toBe('/customers')
})

it('goes to the sign-in page before it forgets the person', async () => {
  await router.push('/profile')
  queryClient.setQueryData(['tickets', 'list'], [1])
  queryClient.setQueryData(['auth', 'config'], {})
  const order: string[] = []
  const stop = router.afterEach(() => void order.push(`${String(here().name)}:${useSession().isSignedIn}`))
  await leave(router, 'ended')
  stop()
  expect(order).toEqual(['sign-in:true'])
  expect(here().query).toEqual({ next: '/profile', ended: '1' })
  expect(useSession().isSignedIn).toBe(false)
  expect(queryClient.getQueryData(['tickets', 'list'])).toBeUndefined()
  expect(queryClient.getQueryData(['auth', 'config'])).toEqual({})
})
