import type { ChannelKind, FormField, Values } from './types'

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
  { name: 'advanced', has: (name) => ['aliases', 'takes_plus', 'imap_folder'].includes(name), isRare: true },
  { name: 'receiving', has: (name) => /^imap/.test(name), isPaired: true },
  { name: 'sending', has: (name) => /^smtp/.test(name), isPaired: true },
  { name: 'oauth', has: (name) => /^oauth_/.test(name), isPaired: true },
  { name: 'callback', has: (name) => /^callback_/.test(name) },
  { name: 'words', has: (name) => /^(title|greeting|reply_hint|launcher_label)_/.test(name), isPaired: true },
  { name: 'looks', has: (name) => ['color', 'color_dark', 'theme', 'position', 'corners', 'launcher_icon', 'edge_side', 'edge_bottom'].includes(name), isPaired: true },
  { name: 'hours', has: (name) => ['calendar', 'when_closed', 'offline_when_unstaffed', 'shows_wait'].includes(name), isPaired: true },
  { name: 'preChat', has: (name) => name === 'pre_chat', isRare: true },
  { name: 'offline', has: (name) => name === 'offline_form', isRare: true },
  { name: 'greetings', has: (name) => ['greetings', 'greet_every_hours'].includes(name), isRare: true },
  { name: 'texts', has: (name) => name === 'texts', isRare: true },
  { name: 'leaving', has: (name) => ['continue_by', 'gone_minutes', 'offer_email_after_seconds', 'asks_rating'].includes(name), isRare: true },
]

/** secrets the server makes by a button of their own */
const madeByServer = new Set(['identity_secret', 'previous_identity_secret'])

export function arrange(kind: ChannelKind, values: Values): Part[] {
  const left = new Set(kind.form.filter((field) => !madeByServer.has(field.name) && isWanted(field.name, values.sign_in)))
  const arranged: Part[] = []
  for (const part of parts) {
    const fields = [...left].filter((field) => part.has(field.name))
    fields.forEach((field) => left.delete(field))
    if (fields.length) arranged.push({ name: part.name, fields, isPaired: part.isPaired ?? false, isRare: part.isRare ?? false })
  }
  const rest: Part = { name: 'more', fields: [...left], isPaired: false, isRare: false }
  const folded = arranged.filter((part) => part.isRare)
  const open = arranged.filter((part) => !part.isRare)
  if (rest.fields.length === 0) return [...open, ...folded]
  return kind.kind === 'email' ? [{ ...rest, name: 'address' }, ...open, ...folded] : [...open, rest, ...folded]
}

/** A mailbox signs in one way; the fields of the others would only confuse. */
function isWanted(name: string, way: unknown): boolean {
  if (way === undefined) return true
  if (name === 'password') return way === 'password'
  if (name === 'oauth_tenant') return way === 'microsoft'
  if (name === 'oauth_token_url') return way === 'oauth'
  return !name.startsWith('oauth_') || way !== 'password'
}
