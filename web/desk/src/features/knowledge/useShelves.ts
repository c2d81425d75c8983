import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { KNOWLEDGE, knowledgeApi } from './api'

/** What the library can be narrowed by, with names in the reader's language. */
export function useShelves() {
  const { locale, t, te } = useI18n()
  const query = useQuery({ queryKey: [...KNOWLEDGE, 'shelves'], queryFn: ({ signal }) => knowledgeApi.shelves(signal) })
  const named = (one: { name_zh: string; name_en: string }) => (locale.value === 'en' ? one.name_en : one.name_zh)
  const categories = computed(() => query.data.value?.categories ?? [])
  const categoryOptions = computed(() => categories.value.map((one) => ({ value: one.id, label: `${'　'.repeat(one.depth - 1)}${named(one)}` })))
  const products = computed(() => query.data.value?.products ?? [])
  const productOptions = computed(() => products.value.filter((one) => one.active).map((one) => ({ value: one.id, label: named(one) })))
  const languageName = (code: string) => (te(`knowledge.language.${code}`) ? t(`knowledge.language.${code}`) : code)
  const categoryName = (id: number | null) => {
    const found = categories.value.find((one) => one.id === id)
    return found ? named(found) : ''
  }
  return { query, named, categories, categoryOptions, products, productOptions, languageName, categoryName }
}

/** Ids become numbers or null, as selects give them. */
export const LANGUAGES = ['zh-CN', 'en', 'zh-TW', 'zh-HK', 'ja', 'ko', 'de', 'fr', 'es']
