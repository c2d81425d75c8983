import { useQuery } from '@tanstack/vue-query'
import { computed, type ComputedRef } from 'vue'
import { api } from '@/app/api/client'
import { keys } from '@/app/queries'
import { useSession } from '@/app/session'
import type { Named } from '@/app/api/types'
import { inUse } from './forms/forming'
import { useLayout } from './forms/useLayout'

const LONG = 10 * 60_000

/** Who has left and what is out of use can't be chosen any more. */
interface Listed extends Named {
  is_active?: boolean
  active?: boolean
}

/** Lists come bare or in pages. */
function itemsOf<T>(answer: T[] | { items: T[] }): T[] {
  return Array.isArray(answer) ? answer : answer.items
}

function useNamed(key: readonly string[], path: string, isWanted: () => boolean): ComputedRef<Named[]> {
  const query = useQuery({
    queryKey: [...key, 'named'],
    queryFn: async ({ signal }) =>
      itemsOf(await api.get<Listed[] | { items: Listed[] }>(path, { signal }))
        .filter((one) => one.is_active !== false && one.active !== false)
        .map(({ id, name }) => ({ id, name })),
    staleTime: LONG,
    retry: false,
    enabled: isWanted(),
  })
  return computed(() => query.data.value ?? [])
}

/** All groups, or one's own where the rest is not to be seen. */
export function useGroups(): ComputedRef<Named[]> {
  const session = useSession()
  const all = useNamed(keys.groups, '/people/groups', () => session.can('people.read'))
  return computed(() => (all.value.length ? all.value : (session.staff?.groups ?? [])))
}

/** Colleagues a ticket can be given to; oneself at least. */
export function useColleagues(): ComputedRef<Named[]> {
  const session = useSession()
  const all = useNamed(keys.staff, '/people/staff', () => session.can('people.read'))
  return computed(() => {
    const me = session.staff
    if (!me) return all.value
    return [{ id: me.id, name: me.name }, ...all.value.filter((one) => one.id !== me.id)]
  })
}

/** Categories that can be chosen, by their paths, in the order of the tree. */
export function useCategories(): ComputedRef<Named[]> {
  const layout = useLayout()
  return computed(() => inUse(layout.value.categories).map(({ id, path }) => ({ id, name: path })))
}

/** A skill with who has it, and to which level from 1 to 5. */
export interface Skill {
  id: number
  name_zh: string
  name_en: string
  kind: string
  holders: Array<Named & { level: number }>
}

export const useSkills = () =>
  useQuery({ queryKey: keys.skills, queryFn: ({ signal }) => api.get<Skill[]>('/people/skills', { signal }), staleTime: LONG, retry: false })

export function useTags(): ComputedRef<string[]> {
  const query = useQuery({
    queryKey: keys.tags,
    queryFn: async ({ signal }) =>
      itemsOf(await api.get<Array<string | { name: string }> | { items: Array<string | { name: string }> }>('/tags', { signal })).map((tag) =>
        typeof tag === 'string' ? tag : tag.name,
      ),
    staleTime: LONG,
    retry: false,
  })
  return computed(() => query.data.value ?? [])
}
