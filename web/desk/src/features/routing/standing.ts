import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { api } from '@/app/api/client'
import { keys, queryClient } from '@/app/queries'
import { STATES } from './api'

/** A state of the company's own; it counts as one of the fixed ones. */
export interface CustomPresence {
  id: number
  name_zh: string
  name_en: string
  state: string
  kinds: string[]
  reasons: string[]
  asks_reason: boolean
  position: number
  active: boolean
}

/** What can be chosen: a fixed state, or one of the company's own. */
export interface Choice {
  key: string
  state: string
  customId: number | null
  label: string
  reasons: string[]
  asksReason: boolean
}

export interface Standing {
  state: string
  custom_id: number | null
}

const key = [...keys.routing, 'presence-states']
const LONG = 10 * 60_000
export const keyOf = (one: Standing) => (one.custom_id === null ? one.state : `custom-${one.custom_id}`)
export const useCustomPresences = () => useQuery({ queryKey: key, queryFn: () => api.get<CustomPresence[]>('/people/presence-states'), staleTime: LONG })

/** Saves one; everything of routing is fetched anew, since people may stand otherwise. */
export async function saveCustomPresence({ id, ...body }: Omit<CustomPresence, 'id'> & { id: number | null }): Promise<CustomPresence> {
  const told = await (id === null ? api.post<CustomPresence>('/people/presence-states', body) : api.put<CustomPresence>(`/people/presence-states/${id}`, body))
  await queryClient.invalidateQueries({ queryKey: keys.routing })
  return told
}

/** The states to choose from, and the name of any. */
export function useStandings() {
  const { t, locale } = useI18n()
  const own = useCustomPresences()
  const nameOf = (one: CustomPresence) => (locale.value === 'en' ? one.name_en : one.name_zh)
  const choices = computed<Choice[]>(() => STATES.flatMap((state) => [
    { key: state, state, customId: null, label: t(`routing.state.${state}`), reasons: [], asksReason: false },
    ...(own.data.value ?? []).filter((one) => one.active && one.state === state).map((one) => ({ key: keyOf({ state, custom_id: one.id }), state, customId: one.id, label: nameOf(one), reasons: one.reasons, asksReason: one.asks_reason })),
  ]))
  const labelOf = (one: Standing) => {
    const found = own.data.value?.find((custom) => custom.id === one.custom_id)
    return found ? nameOf(found) : t(`routing.state.${one.state}`)
  }
  return { choices, labelOf, own }
}
