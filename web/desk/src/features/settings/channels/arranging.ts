import type { ChannelKind, FormField } from './types'

export interface Part {
  name: string
  fields: FormField[]
  isPaired: boolean
  /** folded away until somebody wants it */
  isRare: boolean
}

/** Which fields stand together; whatever is not named here comes last, so that no field is ever lost. */
const parts: Array<{ name: string; has: (name: string) => boolean; isPaired?: boolean; isRare?: boolean }> = [
  { name: 'sites', has: (name) => name === 'allowed_origins' },
  { name: 'receiving', has: (name) => /^imap/.test(name), isPaired: true },
  { name: 'sending', has: (name) => /^smtp/.test(name), isPaired: true },
  { name: 'oauth', has: (name) => /^oauth|^client_|token/.test(name), isPaired: true, isRare: true },
  { name: 'words', has: (name) => /^(title|greeting|reply_hint)_/.test(name), isPaired: true },
  { name: 'looks', has: (name) => ['color', 'theme', 'position'].includes(name), isPaired: true },
  { name: 'leaving', has: (name) => ['continue_by', 'gone_minutes', 'offer_email_after_seconds'].includes(name), isRare: true },
]

/** secrets the server makes by a button of their own */
const madeByServer = new Set(['identity_secret', 'previous_identity_secret'])

export function arrange(kind: ChannelKind): Part[] {
  const left = new Set(kind.form.filter((field) => !madeByServer.has(field.name)))
  const arranged: Part[] = []
  for (const part of parts) {
    const fields = [...left].filter((field) => part.has(field.name))
    fields.forEach((field) => left.delete(field))
    if (fields.length) arranged.push({ name: part.name, fields, isPaired: part.isPaired ?? false, isRare: part.isRare ?? false })
  }
  const rest: Part = { name: 'more', fields: [...left], isPaired: false, isRare: false }
  if (rest.fields.length === 0) return arranged
  return kind.kind === 'email' ? [{ ...rest, name: 'address' }, ...arranged] : [...arranged, rest]
}
