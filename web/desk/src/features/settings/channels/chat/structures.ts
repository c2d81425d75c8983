/** What a chat channel is told in more than one value, as the server takes it. */
export interface Both {
  zh?: string
  en?: string
}

export type FieldType = 'name' | 'email' | 'phone' | 'text' | 'long' | 'choice' | 'consent'
export const fieldTypes: FieldType[] = ['name', 'email', 'phone', 'text', 'long', 'choice', 'consent']

export interface Question {
  key: string
  type: FieldType
  label: Both
  required: boolean
  options: Both[]
}

export interface PreChat {
  pages: string[]
  intro: Both
  fields: Question[]
}

export interface Offline {
  intro: Both
  fields: Question[]
}

export interface Greeting {
  id: string
  active: boolean
  pages: string[]
  text: Both
  after_seconds: number
  scroll_percent: number
  visits: 'any' | 'first' | 'returning'
  signed_in: 'any' | 'yes' | 'no'
}

/** A key of its own for another question: what it is called, and a number where that is taken. */
export function newKey(type: FieldType, taken: string[]): string {
  for (let number = 1; ; number += 1) {
    const key = number === 1 ? type : `${type}_${number}`
    if (!taken.includes(key)) return key
  }
}

export const newQuestion = (type: FieldType, taken: string[]): Question => ({
  key: newKey(type, taken),
  type,
  label: {},
  required: type === 'consent',
  options: type === 'choice' ? [{}, {}] : [],
})

export const newGreeting = (taken: string[]): Greeting => {
  let number = taken.length + 1
  while (taken.includes(`greeting-${number}`)) number += 1
  return { id: `greeting-${number}`, active: true, pages: [], text: {}, after_seconds: 10, scroll_percent: 0, visits: 'any', signed_in: 'any' }
}

/** What the server keeps may lack what may be left out. */
export const wholeQuestion = (told: Partial<Question> & { key: string; type: FieldType }): Question => ({ label: {}, required: false, options: [], ...told })
export const wholePreChat = (told: Partial<PreChat>): PreChat => ({ pages: [], intro: {}, ...told, fields: (told.fields ?? []).map(wholeQuestion) })
export const wholeOffline = (told: Partial<Offline> | null | undefined): Offline => ({ intro: {}, ...told, fields: (told?.fields ?? []).map(wholeQuestion) })
export const wholeGreeting = (told: Partial<Greeting> & { id: string }): Greeting => ({ ...newGreeting([]), ...told })

/** Contrast of two colours, 1 to 21, as WCAG 2 defines it. */
export function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

function luminance(color: string): number {
  const hex = color.length === 4 ? color.replace(/[0-9a-f]/gi, '$&$&') : color
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

export const isColor = (text: unknown): text is string => /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(String(text))
