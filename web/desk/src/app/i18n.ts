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

// one messages file per feature: features/<x>/i18n.ts is found under the key <x>, a part's features/<x>/<y>/i18n.ts under x.y;
// they come with their pages, those of the daily work with every page for those who are signed in
const far = import.meta.glob<Module>(['../features/*/i18n.ts', '../features/*/*/i18n.ts'])
const DAILY = ['tickets', 'customers', 'search']

export const messages: Record<Locale, Words> = { 'zh-CN': {}, en: {} }
const kept = new Set<string>()
keep('app', own)
keep('ui', shared)

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

/** Brings the words of a feature (`tickets`) or of a part of one (`settings/assist`), once; without words of its own it brings none. */
export async function loadWords(feature: string): Promise<void> {
  const load = far[`../features/${feature}/i18n.ts`]
  if (!load || kept.has(feature)) return
  const words = (await load()).default
  keep(feature, words)
  i18n.global.mergeLocaleMessage('zh-CN', under(feature, words.zh))
  i18n.global.mergeLocaleMessage('en', under(feature, words.en))
}

export async function loadDailyWords(): Promise<void> {
  await Promise.all(DAILY.map(loadWords))
}

export async function loadAllWords(): Promise<void> {
  await Promise.all(Object.keys(far).map((path) => loadWords(featureOf(path))))
}

function keep(name: string, words: Both): void {
  kept.add(name)
  add(messages['zh-CN'], under(name, words.zh))
  add(messages.en, under(name, words.en))
}

/** The words as they stand beneath the keys of their folder. */
function under(name: string, words: Words): Words {
  return name.split('/').reduceRight<Words>((inner, key) => ({ [key]: inner }), words)
}

function add(to: Words, more: Words): void {
  for (const [key, value] of Object.entries(more)) {
    const known = to[key]
    if (typeof known === 'object' && typeof value === 'object') add(known, value)
    else to[key] = typeof value === 'object' ? { ...value } : value
  }
}

function featureOf(path: string): string {
  return path.slice('../features/'.length, -'/i18n.ts'.length)
}

function formats() {
  return {
    time: { hour: '2-digit', minute: '2-digit', hour12: false },
    seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false },
    day: { month: 'short', day: 'numeric' },
    date: { year: 'numeric', month: 'short', day: 'numeric' },
    moment: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false },
    full: { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false },
  }
}
