import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { Session } from './api/types'
import { usePreferences } from './preferences'
import { useSession } from './session'

const session: Session & { staff: object } = {
  staff: {
    id: 1, name: '小明', email: 'ming@example.cn', locale: 'en', theme: 'dark', signature: '', roles: ['agent'], groups: [],
    permissions: { 'tickets.read': 'group' },
  },
  csrf_token: 'x', company: { name: '云杉' }, stream_url: '/api/v1/stream', setup_needed: false, second_factor_required: false,
}
const fetched = vi.fn<typeof fetch>()

beforeEach(() => {
  localStorage.clear()
  setActivePinia(createPinia())
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => vi.unstubAllGlobals())

const answer = (status: number, body: unknown) =>
  fetched.mockResolvedValueOnce(new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }))

describe('the session', () => {
  it('knows who is here, what they may do and how far', async () => {
    answer(200, session)
    await useSession().load()
    expect(useSession().isSignedIn).toBe(true)
    expect(useSession().can('tickets.read')).toBe(true)
    expect(useSession().scopeOf('tickets.read')).toBe('group')
    expect(useSession().can('roles.manage')).toBe(false)
    expect(usePreferences().locale).toBe('en')
    expect(usePreferences().theme).toBe('dark')
  })

  it('is empty when nobody is signed in', async () => {
    answer(200, { ...session, staff: null })
    expect(await useSession().load()).toBe(false)
    expect(useSession().isSignedIn).toBe(false)
  })

  it('does not take a broken server for a signed-out person', async () => {
    answer(503, {})
    await expect(useSession().load()).rejects.toMatchObject({ status: 503 })
  })
})

describe('the preferences', () => {
  it('are kept in the browser and read again', async () => {
    usePreferences().theme = 'dark'
    usePreferences().layout['desk.list'] = 360
    await nextTick()
    setActivePinia(createPinia())
    expect(usePreferences().theme).toBe('dark')
    expect(usePreferences().layout['desk.list']).toBe(360)
  })

  it('survive nonsense in the storage', () => {
    localStorage.setItem('zhiyin.preferences', '{')
    expect(usePreferences().theme).toBe('system')
  })

  it('set the language of the document', async () => {
    usePreferences().locale = 'en'
    await nextTick()
    expect(document.documentElement.lang).toBe('en')
  })
})
