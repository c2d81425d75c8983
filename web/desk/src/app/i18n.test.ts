import { expect, it } from 'vitest'
import { i18n, loadAllWords, messages, setLocale, type Words } from './i18n'

function flat(words: Words, before = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') all.set(before + key, value)
    else for (const [inner, text] of flat(value, `${before}${key}.`)) all.set(inner, text)
  }
  return all
}

await loadAllWords()
const zh = flat(messages['zh-CN'])
const en = flat(messages.en)
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

it('says everything in both languages', () => {
  expect([...zh.keys()].filter((key) => !en.has(key))).toEqual([])
  expect([...en.keys()].filter((key) => !zh.has(key))).toEqual([])
  expect([...zh, ...en].filter(([, text]) => text.trim() === '')).toEqual([])
})

it('leaves the same places to fill in both', () => {
  const unlike = [...zh].filter(([key, text]) => String(holes(text)) !== String(holes(en.get(key) ?? '')) && !(en.get(key) ?? '').includes('|'))
  expect(unlike.map(([key]) => key)).toEqual([])
})

it('has no Chinese left in the English', () => {
  const allowed = new Set(['access.inChinese'])
  expect([...en].filter(([key, text]) => !allowed.has(key) && /\p{Script=Han}/u.test(text)).map(([key]) => key)).toEqual([])
})

it('holds only messages that compile', () => {
  for (const locale of ['zh-CN', 'en'] as const) {
    setLocale(locale)
    for (const key of zh.keys()) expect(() => i18n.global.t(key), key).not.toThrow()
  }
})

it('knows the words of features that came later', () => {
  setLocale('en')
  expect(i18n.global.t('settings.channels.title')).toBe('Channels')
})

it('finds the sentence for a status', () => {
  setLocale('en')
  expect(i18n.global.t('app.error.404')).toMatch(/^Not found/)
})
