import { useI18n } from 'vue-i18n'
import type { Attainment, Tally } from '@/features/sla/types'

/** Names in the reader's language, and shares as they are read. */
export function useSlaNames() {
  const { locale, t, n } = useI18n()
  const nameOf = (one: { name_zh: string; name_en: string }) => (locale.value === 'en' ? one.name_en || one.name_zh : one.name_zh || one.name_en)
  const percent = (tally: Tally | null | undefined) => (tally?.share == null ? '—' : `${(tally.share * 100).toFixed(1)}%`)
  const counts = (tally: Tally | null | undefined) => (tally && tally.share != null ? t('settings.sla.tally', { in_time: n(tally.in_time), breached: n(tally.breached) }) : t('settings.sla.nothing'))
  return { nameOf, percent, counts }
}

/** Attainment of each policy over all its metrics: what was counted is added up, ratios never are. */
export function sharesOf(rows: Attainment['rows']): Map<number, Tally> {
  const found = new Map<number, Tally>()
  for (const { policy_id, tally } of rows) {
    if (policy_id === null) continue
    const before = found.get(policy_id)
    const [in_time, breached, running] = [(before?.in_time ?? 0) + tally.in_time, (before?.breached ?? 0) + tally.breached, (before?.running ?? 0) + tally.running]
    found.set(policy_id, { in_time, breached, running, share: in_time + breached ? in_time / (in_time + breached) : null })
  }
  return found
}
