import { useI18n } from 'vue-i18n'
import type { Both, Decision } from './api'

/** Words that the server has in both languages, and those of rules. */
export function useBoth() {
  const { locale, t, te } = useI18n()
  const said = (words: Both): string => (locale.value === 'en' ? words.en : words.zh)
  const named = (group: string, name: string): string => (te(`notifications.${group}.${name}`) ? t(`notifications.${group}.${name}`) : name)
  const ways = (names: string[]): string => names.map((name) => named('way', name)).join(t('ui.comma')) || t('ui.none')
  const held = (decision: Decision): string =>
    Object.entries(decision.held).map(([way, rule]) => `${named('way', way)} (${named('rule', rule)})`).join(t('ui.comma'))
  return { said, named, ways, held }
}
