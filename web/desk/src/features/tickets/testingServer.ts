import { VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { NMessageProvider } from 'naive-ui'
import { createPinia, setActivePinia } from 'pinia'
import { vi } from 'vitest'
import { h, type Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Session } from '@/app/api/types'
import { i18n, loadDailyWords } from '@/app/i18n'
import { queryClient } from '@/app/queries'
import { useSession } from '@/app/session'
import type { Layout } from './forms/types'

export interface Asked {
  method: string
  path: string
  query: URLSearchParams
  body: Record<string, unknown>
}

type Answer = (asked: Asked) => { status?: number; body?: unknown } | Promise<{ status?: number; body?: unknown }>

/** Stands where the server stands, behind fetch; remembers what it was asked. */
export function serve(answer: Answer, layout: Partial<Layout> = {}, proposals: unknown[] = []): Asked[] {
  const log: Asked[] = []
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => {
    const url = new URL(address, 'http://desk.test')
    const asked = {
      method: init.method ?? 'GET',
      path: url.pathname.replace('/api/v1', ''),
      query: url.searchParams,
      body: init.body ? (JSON.parse(String(init.body)) as Record<string, unknown>) : {},
    }
    log.push(asked)
    const { status = 200, body = {} } = asked.path === '/tickets/layout' ? { body: { ...emptyLayout, ...layout } } : asked.path.endsWith('/assist/proposals') ? { body: proposals } : nothingAround(asked) ?? (await answer(asked))
    const type = status >= 400 ? 'application/problem+json' : 'application/json'
    return new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'content-type': type } })
  })
  return log
}

const emptyLayout: Layout = { statuses: [], types: [], categories: [], fields: [], forms: [], templates: [] }

/** Nothing stands around the tickets of most tests. */
function nothingAround({ method, path }: Asked): { status?: number; body: unknown } | null {
  if (method !== 'GET') return null
  if (/\/(followers|links|hints|steps|reminders|checklist-templates)$/.test(path)) return { body: [] }
  if (path.endsWith('/assist')) return { body: { reading: null, tasks: {} } }
  if (path.endsWith('/times')) return { body: { items: [], total_minutes: 0 } }
  return path === '/clock' ? { body: null } : null
}

export function problem(status: number, code: string, params: Record<string, unknown> = {}) {
  return { status, body: { status, code, detail: code, params } }
}

export const me = { id: 1, name: '陈静怡' }

/** A component with all it stands in: session, router, queries, words. */
export async function mountAs(component: Component, props: Record<string, unknown>, path = '/') {
  class Sizes {
    observe() {}
    unobserve() {}
    disconnect() {}
  }
  vi.stubGlobal('ResizeObserver', Sizes)
  vi.stubGlobal('IntersectionObserver', Sizes)
  queryClient.clear()
  await loadDailyWords()
  const pinia = createPinia()
  setActivePinia(pinia)
  const permissions = { 'tickets.read': 'all', 'tickets.reply': 'all', 'tickets.edit': 'all', 'tickets.assign': 'all', 'customers.read': 'all' }
  useSession().adopt({
    staff: { ...me, email: 'a@b.cn', locale: 'zh-CN', theme: 'light', roles: [], permissions, groups: [] },
    csrf_token: '', company: { name: '' }, stream_url: '', setup_needed: false, second_factor_required: false, unread: 0,
  } as unknown as Session)
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', name: 'desk', component: { render: () => null } },
      { path: '/views/:view', name: 'view', component: { render: () => null } },
      { path: '/tickets/:id', name: 'ticket', component: { render: () => null } },
      { path: '/customers/:id', name: 'customer', component: { render: () => null } },
    ],
  })
  await router.push(path)
  const wrapper = mount({ render: () => h(NMessageProvider, () => h(component, props)) }, {
    attachTo: document.body,
    global: { plugins: [pinia, i18n, router, [VueQueryPlugin, { queryClient }]] },
  })
  return { wrapper, router, client: queryClient }
}
