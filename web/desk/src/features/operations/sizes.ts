import { useI18n } from 'vue-i18n'

/** Sizes and spans as people say them. */
export function useSizes() {
  const { t, locale } = useI18n()
  const round = (value: number, digits: number) => new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits }).format(value)

  function bytes(value: number): string {
    const units = ['B', 'kB', 'MB', 'GB', 'TB']
    const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)))
    const shown = value / 1000 ** step
    return `${round(shown, shown < 10 && step > 0 ? 1 : 0)} ${units[step]}`
  }

  function seconds(value: number): string {
    if (value < 1) return t('operations.span.now')
    if (value < 90) return t('operations.span.seconds', { value: round(value, 0) })
    if (value < 5400) return t('operations.span.minutes', { value: round(value / 60, 0) })
    return t('operations.span.hours', { value: round(value / 3600, 1) })
  }

  return { bytes, seconds }
}
