import { useI18n } from 'vue-i18n'

/** Names of things that have one in each language, and of kinds that others may add to. */
export function useNames() {
  const { t, te, locale } = useI18n()
  const nameOf = (one: { name_zh: string; name_en: string }) => (locale.value === 'en' ? one.name_en : one.name_zh)
  const kindName = (kind: string) => (te(`promises.kind.${kind}`) ? t(`promises.kind.${kind}`) : kind.replaceAll('_', ' '))
  return { nameOf, kindName }
}
