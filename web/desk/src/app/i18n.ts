import { createI18n, type I18n } from 'vue-i18n'
import type { Locale } from './api/types'

export type Words = { [key: string]: string | Words }
interface Module {
  default: { zh: Words; en: Words }
}

// one messages file per feature: features/<x>/i18n.ts is found under the key <x>
const features = import.meta.glob<Module>('../features/*/i18n.ts', { eager: true })
const own = import.meta.glob<Module>('./words.ts', { eager: true })
const shared = import.meta.glob<Module>('../ui/i18n.ts', { eager: true })

export const messages = gather()

function gather(): Record<Locale, Words> {
  const all: Record<Locale, Words> = { 'zh-CN': {}, en: {} }
  const add = (name: string, module: Module) => {
    all['zh-CN'][name] = module.default.zh
    all.en[name] = module.default.en
  }
  for (const [path, module] of Object.entries(features)) add(path.split('/').at(-2) as string, module)
  for (const module of Object.values(own)) add('app', module)
  for (const module of Object.values(shared)) add('ui', module)
  return all
}

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

function formats() {
  return {
    time: { hour: '2-digit', minute: '2-digit', hour12: false },
    day: { month: 'short', day: 'numeric' },
    date: { year: 'numeric', month: 'short', day: 'numeric' },
    moment: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false },
    full: { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false },
  }
}

export function setLocale(locale: Locale): void {
  i18n.global.locale.value = locale
  document.documentElement.lang = locale
}
