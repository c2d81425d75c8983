import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import type { Locale, ThemeChoice } from './api/types'
import { speak } from './api/client'
import { setLocale } from './i18n'

const PLACE = 'zhiyin.preferences'

interface Kept {
  locale?: Locale
  theme?: ThemeChoice
  layout?: Record<string, number | string | boolean>
}

/** How this person likes this browser: language, appearance, sizes of panes. */
export const usePreferences = defineStore('preferences', () => {
  const kept = read()
  const locale = ref<Locale>(kept.locale ?? browserLocale())
  const theme = ref<ThemeChoice>(kept.theme ?? 'system')
  const layout = ref<Record<string, number | string | boolean>>(kept.layout ?? {})

  watch(locale, (now) => { setLocale(now); speak(now) }, { immediate: true })
  watch([locale, theme, layout], () => write({ locale: locale.value, theme: theme.value, layout: layout.value }), { deep: true })

  return { locale, theme, layout }
})

function browserLocale(): Locale {
  const first = navigator.language ?? 'zh-CN'
  return first.toLowerCase().startsWith('zh') || !first ? 'zh-CN' : 'en'
}

function read(): Kept {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Kept
  } catch {
    return {}
  }
}

function write(kept: Kept): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify(kept))
  } catch {
    // a private window without storage: the choice lasts as long as the page
  }
}
