import { useQuery } from '@tanstack/vue-query'
import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import { api } from '@/app/api/client'
import { keys } from '@/app/queries'
import { useSession } from '@/app/session'
import { useColleagues, useGroups, useSkills } from '@/features/tickets/directory'
import { useNaming } from '@/features/tickets/forms/useLayout'
import type { Calendar } from '../calendars/types'
import type { Role } from '../people/types'
import type { Content, Problem, Procedure, ProcedureRow, System, Version } from './types'

export const KEY = ['procedures'] as const
export const systemsKey = ['outside-systems'] as const

export const useProcedures = () => useQuery({ queryKey: KEY, queryFn: () => api.get<ProcedureRow[]>('/procedures') })
export const useSystems = () => useQuery({ queryKey: systemsKey, queryFn: () => api.get<System[]>('/outside-systems') })
export const procedureApi = {
  get: (id: number, version: number | null) => api.get<Procedure>(`/procedures/${id}`, { query: { version } }),
  versions: (id: number) => api.get<Version[]>(`/procedures/${id}/versions`),
  check: (key: string, content: Content) => api.post<Problem[]>('/procedures/check', { key, content }),
  publish: (id: number | null, body: Omit<Procedure, 'id' | 'active' | 'latest' | 'running'>) => (id === null ? api.post<Procedure>('/procedures', body) : api.put<Procedure>(`/procedures/${id}`, body)),
  switch: (id: number, active: boolean) => api.patch<Procedure>(`/procedures/${id}`, { active }),
  saveSystem: (id: number | null, body: Omit<System, 'id'>) => (id === null ? api.post<System & { secret?: string }>('/outside-systems', body) : api.put<System & { secret?: string }>(`/outside-systems/${id}`, body)),
  renewSecret: (id: number) => api.post<System & { secret: string }>(`/outside-systems/${id}/secret`),
}

// a type, not an interface: only that fits where a select asks for an index of its options
export type Choice = { value: number | string; label: string }

export interface Parts {
  content: Ref<Content>
  problems: Ref<Problem[]>
  roles: ComputedRef<Choice[]>
  groups: ComputedRef<Choice[]>
  skills: ComputedRef<Choice[]>
  people: ComputedRef<Choice[]>
  calendars: ComputedRef<Choice[]>
  systems: ComputedRef<Choice[]>
  procedures: ComputedRef<Choice[]>
}

const PARTS: InjectionKey<Parts> = Symbol('parts of a procedure')

/** What a procedure may name, for all parts of its editor; with its content and what is wrong with it. */
export function provideParts(content: Ref<Content>, problems: Ref<Problem[]>, ownKey: Ref<string>): void {
  const { nameOf } = useNaming()
  const session = useSession()
  const named = (list: Array<{ id: number; name: string }>) => list.map((one) => ({ value: one.id, label: one.name }))
  const roles = useQuery({ queryKey: keys.roles, queryFn: () => api.get<Role[]>('/people/roles'), retry: false })
  const skills = useSkills()
  const calendars = useQuery({ queryKey: ['calendars'], queryFn: () => api.get<Calendar[]>('/calendars'), retry: false, enabled: session.can('settings.manage') })
  const systems = useSystems()
  const procedures = useProcedures()
  const people = useColleagues()
  const groups = useGroups()
  provide(PARTS, {
    content,
    problems,
    roles: computed(() => (roles.data.value ?? []).map((role) => ({ value: role.code, label: role.name }))),
    groups: computed(() => named(groups.value)),
    skills: computed(() => (skills.data.value ?? []).map((skill) => ({ value: skill.id, label: `${nameOf(skill)} (${skill.holders.length})` }))),
    people: computed(() => named(people.value)),
    calendars: computed(() => (calendars.data.value ?? []).flatMap((one) => (one.id === null ? [] : [{ value: one.id as number, label: one.name }]))),
    systems: computed(() => (systems.data.value ?? []).map((one) => ({ value: one.key, label: nameOf(one) + (one.url ? '' : ' ⚠') }))),
    procedures: computed(() => (procedures.data.value ?? []).filter((one) => one.key !== ownKey.value).map((one) => ({ value: one.key, label: nameOf(one) }))),
  })
}

export function useParts(): Parts {
  const parts = inject(PARTS)
  if (!parts) throw new Error('the parts of a procedure are used outside its editor')
  return parts
}

/** The problems at a place, or also beneath it. */
export const problemsAt = (problems: Problem[], place: string, isDeep = false): Problem[] => problems.filter((one) => one.place === place || (isDeep && one.place.startsWith(`${place}.`)))
