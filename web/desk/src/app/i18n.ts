import { createI18n, type I18n } from 'vue-i18n'
import type { Locale } from './api/types'
import own from './words'
import shared from '../ui/i18n'

export type Words = { [key: string]: string | Words }
interface Both {
  zh: Words
  en: Words
}
interface Module {
  default: Both
}

// one messages file per feature: features/<x>/i18n.ts is found under the key <x>;
// those of the daily work come with the application, the others with their pages
const near = import.meta.glob<Module>('../features/{tickets,customers,search}/i18n.ts', { eager: true })
const far = import.meta.glob<Module>(['../features/*/i18n.ts', '!../features/{tickets,customers,search}/i18n.ts'])

export const messages: Record<Locale, Words> = { 'zh-CN': {}, en: {} }
keep('app', own)
keep('ui', shared)
for (const [path, module] of Object.entries(near)) keep(featureOf(path), module.default)

// typed by hand: inferred from every message, the type grows beyond what the compiler follows
export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as Locale,
  fallbackLocale: 'en' as Locale,
  messages: messages as never,
  datetimeFormats: {
    'zh-CN': formats(),
    en: formats(),
  } as never,
}) as unknown as I18n<Record<string, never>, Record<string, never>, Record<string, never>, string, false>

export function setLocale(locale: Locale): void {
  i18n.global.locale.value = locale
  document.documentElement.lang = locale
}

/** Brings the words of a feature, once; features without words of their own are none. */
export async function loadWords(feature: string): Promise<void> {
  const load = far[`../features/${feature}/i18n.ts`]
  if (!load || messages.en[feature]) return
  keep(feature, (await load()).default)
  for (const locale of ['zh-CN', 'en'] as const) i18n.global.mergeLocaleMessage(locale, { [feature]: messages[locale][feature] })
}

export async function loadAllWords(): Promise<void> {
  await Promise.all(Object.keys(far).map((path) => loadWords(featureOf(path))))
}

function keep(name: string, words: Both): void {
  messages['zh-CN'][name] = words.zh
  messages.en[name] = words.en
}

function featureOf(path: string): string {
  return path.split('/').at(-2) as string
}

function formats() {
  return {
    time: { hour: '2-digit', minute: '2-digit', hour12: false },
    day: { month: 'short', day: 'numeric' },
    date: { year: 'numeric', month: 'short', day: 'numeric' },
    moment: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false },
    full: { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false },
  }
}
