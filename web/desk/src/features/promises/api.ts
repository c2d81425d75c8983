import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { api } from '@/app/api/client'
import type { Named, Paged } from '@/app/api/types'
import { keys } from '@/app/queries'

export interface TicketNamed {
  id: number
  number: string
  subject: string
}

export interface Seat {
  stage: number
  asked: Record<string, string | number>
  people: Named[]
  approved: boolean | null
  answered_by: Named | null
  in_place_of: Named | null
  answered_at: string | null
  words: string
  way: string
  passed_at: string | null
}

export interface Approval {
  id: number
  ticket: TicketNamed
  kind: string
  key: string
  amount: string | null
  currency: string
  reason: string
  state: string
  stage: number
  stage_count: number
  asked_by: Named
  asked_at: string
  due_at: string | null
  settled_at: string | null
  seats: Seat[]
  is_for_me: boolean
}

export interface ApprovalByLink {
  company: string
  name: string
  number: string
  kind: string
  amount: string | null
  currency: string
  reason: string
  asked_by: string
  asked_at: string
  state: string
  answered: boolean | null
}

export interface Delegation {
  id: number
  staff: Named
  to: Named
  from_at: string
  until_at: string
}

export const itemKinds = ['coupon', 'points', 'refund', 'goods', 'letter'] as const
export const causes = ['late', 'defect', 'damaged', 'wrong_item', 'our_mistake', 'outage', 'price', 'goodwill'] as const

export interface Item {
  id: number
  kind: (typeof itemKinds)[number]
  name_zh: string
  name_en: string
  worth: string
  least: string
  most: string
  system: { id: number; name_zh: string; name_en: string } | null
  code: string
  letter_zh: string
  letter_en: string
  active: boolean
  position: number
}

export interface Grant {
  id: number
  ticket: TicketNamed
  item: { id: number; name_zh: string; name_en: string; kind: string }
  units: string
  worth: string
  currency: string
  cause: string
  incident: Named | null
  reason: string
  state: string
  over: string[]
  approval_id: number | null
  by: Named
  at: string
  reference: string
  problem: string
  settled_at: string | null
}

export interface Review {
  id: number
  number: number
  ticket: TicketNamed
  procedure: { zh: string; en: string }
  result: { zh: string; en: string } | null
  assignee: Named | null
  drawn_at: string
  rating: number | null
  words: string
  reviewed_by: Named | null
  reviewed_at: string | null
}

export interface Limits {
  currency: string
  a_grant: string
  a_day: string
  given_today: string
  customer_amount: string
  customer_got: string
  customer_count: number
  customer_times: number
  customer_days: number
  without_asking: string
}

export interface Gift {
  item_id: number
  units: string
  cause: string
  reason: string
  incident_id: number | null
  idempotency_key: string
}

export const outcomes = ['reached', 'no_answer', 'busy', 'wrong_number', 'asked_later'] as const

export interface Promised {
  id: number
  ticket: TicketNamed
  kind: string
  text: string
  owner: Named | null
  made_by: Named | null
  made_at: string
  due_at: string
  first_due_at: string
  state: string
  missed_at: string | null
  level: number
  outcome: string
  settled_by: Named | null
  settled_at: string | null
  attempts: Array<{ outcome: string; words: string; by: Named; at: string }>
  moves: Array<{ from_at: string; to_at: string; reason: string; by: Named | null; at: string }>
}

export interface TicketPromises {
  promises: Promised[]
  rhythm: { every_minutes: number; by: Named | null } | null
}

export interface Incident {
  id: number
  name: string
  about: string
  opened_by: Named
  opened_at: string
  resolved_by: Named | null
  resolved_at: string | null
  message: string
  ticket_count: number
  returned_count: number
  told_count: number
}

export interface IncidentTicket extends TicketNamed {
  status: string
  customer: Named
  assignee: Named | null
  linked_at: string
  returned_at: string | null
  told_at: string | null
}

export interface TicketIncident {
  incident: { id: number; name: string; opened_at: string; resolved_at: string | null }
  by: Named
  at: string
  returned_at: string | null
  told_at: string | null
}

export interface TicketSurvey {
  variant: string
  recipient: string
  asked_at: string
  open_until: string
  answered_at: string | null
  was_late: boolean
  nps: number | null
  reasons: string[]
  words: string
}

/** All that hangs on a ticket beside its conversation. */
export interface FollowUps extends TicketPromises {
  approvals: Approval[]
  grants: Grant[]
  limits: Limits
  incidents: TicketIncident[]
  survey: TicketSurvey | null
}

export const KEY = ['promises'] as const
export const onTicket = (id: number) => [...keys.ticket(id), 'follow-ups'] as const
const of = (id: number) => `/tickets/${id}`

/** A list that is read page by page; `params` make it another list. */
export function usePages<T>(name: string, path: string, params: MaybeRefOrGetter<Record<string, string | boolean>> = {}) {
  const query = useInfiniteQuery({
    queryKey: computed(() => [...KEY, name, toValue(params)]),
    queryFn: ({ pageParam }) => api.get<Paged<T>>(path, { query: { ...toValue(params), cursor: pageParam, limit: 50 } }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })
  return { query, rows: computed(() => query.data.value?.pages.flatMap((page) => page.items) ?? []) }
}

export const useCatalogue = (all = false) =>
  useQuery({ queryKey: [...KEY, 'items', all], queryFn: () => api.get<Item[]>('/compensation/items', { query: { all: all || null } }), staleTime: 5 * 60_000 })

export const useRunningIncidents = () =>
  useQuery({ queryKey: [...KEY, 'incidents', 'running'], queryFn: () => api.get<Paged<Incident>>('/incidents', { query: { running: true, limit: 100 } }) })

export const promisesApi = {
  followUps: (id: number) => api.get<FollowUps>(`${of(id)}/follow-ups`),
  answer: (approval: Approval, approved: boolean, words: string) => api.post<Approval>(`/approvals/${approval.id}/answers`, { approved, words, stage: approval.stage }),
  handOn: (id: number, to_id: number) => api.post<Approval>(`/approvals/${id}/hand-overs`, { to_id }),
  withdrawApproval: (id: number) => api.post<Approval>(`/approvals/${id}/withdrawal`, {}),
  delegations: () => api.get<Delegation[]>('/delegations'),
  delegate: (body: { to_id: number; from_at: string; until_at: string }) => api.post<Delegation>('/delegations', body),
  stopDelegating: (id: number) => api.delete<unknown>(`/delegations/${id}`),
  give: (id: number, gift: Gift) => api.post<Grant>(`${of(id)}/compensation`, gift),
  fulfil: (id: number, reference: string) => api.post<Grant>(`/compensation/grants/${id}/fulfilment`, { reference }),
  tryAgain: (id: number) => api.post<Grant>(`/compensation/grants/${id}/tries`, {}),
  withdrawGrant: (id: number) => api.post<Grant>(`/compensation/grants/${id}/withdrawal`, {}),
  promise: (id: number, body: { kind: string; text: string; due_at: string; owner_id: number | null }) => api.post<Promised>(`${of(id)}/promises`, body),
  setRhythm: (id: number, minutes: number) => api.put<TicketPromises>(`${of(id)}/rhythm`, { minutes }),
  keep: (id: number, outcome: string) => api.post<Promised>(`/promises/${id}/fulfilment`, { outcome }),
  move: (id: number, due_at: string, reason: string) => api.post<Promised>(`/promises/${id}/moves`, { due_at, reason }),
  handOver: (id: number, to_id: number) => api.post<Promised>(`/promises/${id}/hand-overs`, { to_id }),
  withdraw: (id: number, reason: string) => api.post<Promised>(`/promises/${id}/withdrawal`, { reason }),
  attempt: (id: number, body: { outcome: string; words: string; next_at: string | null }) => api.post<Promised>(`/promises/${id}/attempts`, body),
  link: (id: number, incident_id: number) => api.post<TicketIncident[]>(`${of(id)}/incidents`, { incident_id }),
  unlink: (id: number, incidentId: number) => api.delete<TicketIncident[]>(`${of(id)}/incidents/${incidentId}`),
  incident: (id: number) => api.get<Incident>(`/incidents/${id}`),
  openIncident: (name: string, about: string) => api.post<Incident>('/incidents', { name, about }),
  changeIncident: (id: number, name: string, about: string) => api.put<Incident>(`/incidents/${id}`, { name, about }),
  resolve: (id: number, message: string) => api.post<Incident>(`/incidents/${id}/resolution`, { message }),
}
