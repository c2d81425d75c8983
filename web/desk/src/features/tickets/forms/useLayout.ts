import { useQuery } from '@tanstack/vue-query'
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { api } from '@/app/api/client'
import { keys } from '@/app/queries'
import type { Layout } from './types'

const LONG = 10 * 60_000
const NOTHING: Layout = { statuses: [], types: [], categories: [], fields: [], forms: [], templates: [] }

export function useLayoutQuery() {
  return useQuery({ queryKey: keys.layout, queryFn: ({ signal }) => api.get<Layout>('/tickets/layout', { signal }), staleTime: LONG })
}

/** What tickets can hold here; a change in the settings is heard of on the stream. */
export function useLayout(): ComputedRef<Layout> {
  const query = useLayoutQuery()
  return computed(() => query.data.value ?? NOTHING)
}

/** The name of something with one in each language; an option's too. */
export function useNaming() {
  const { locale } = useI18n()
  const isEnglish = () => locale.value === 'en'
  return {
    nameOf: (one: { name_zh: string; name_en: string }) => (isEnglish() ? one.name_en : one.name_zh),
    helpOf: (one: { help_zh: string; help_en: string }) => (isEnglish() ? one.help_en : one.help_zh),
    wordOf: (one: { zh: string; en: string }) => (isEnglish() ? one.en : one.zh),
  }
}
