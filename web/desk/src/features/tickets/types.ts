import type { Named } from '@/app/api/types'
import type { NamedInBoth, Values } from './forms/types'

export type { Named }

/** 1 low, 2 normal, 3 high, 4 urgent. */
export type Priority = 1 | 2 | 3 | 4
export const priorities: Priority[] = [1, 2, 3, 4]
export const statuses = ['open', 'pending', 'on_hold', 'solved', 'closed'] as const

/** Who writes an answer now, and how long that holds without another word. */
export interface Answering extends Named {
  until: string
}

export interface TicketRow {
  id: number
  number: string
  subject: string
  status: string
  custom_status: NamedInBoth | null
  type: NamedInBoth | null
  priority: Priority
  channel_kind: string
  channel_name: string
  customer: { id: number; name: string; tier: string }
  group: Named | null
  assignee: Named | null
  category: (Named & { path: string }) | null
  tags: string[]
  fields: Values
  preview: string
  last_message_at: string
  last_message_from: string
  waiting_since: string | null
  deadline_at: string | null
  promises_paused: boolean
  /** how the customer last sounded; empty before anybody looked */
  mood: string
  /** of the case: its own, or its customer's */
  language: string
  region: string
  message_count: number
  created_at: string
  updated_at: string
  solved_at: string | null
  snoozed_until: string | null
  woken_at: string | null
  progress: { done: number; total: number } | null
  anonymised_at: string | null
  merged_into_id: number | null
  version: number
  answering: Answering | null
}

export interface Attachment {
  id: number
  name: string
  media_type: string
  size: number
  url: string
  /** by which the mail's own HTML names it */
  cid: string
  inline: boolean
  /** what the virus scanner says; '' where nobody checks */
  safety: '' | 'checking' | 'harmless' | 'dangerous' | 'too_large'
}

export interface Delivery {
  id: number
  state: string
  reason: string
  to: string
  undo_until: string | null
}

/** What staff should see of a message beside its words; filled by the channel it came by. */
export interface Marks {
  sender?: SenderMark
  signature?: SignatureMark
  encryption?: { kind: 'smime' | 'pgp'; state: 'decrypted' | 'no_key' | 'failed' }
  invitation?: Invitation
}

export interface SenderMark {
  /** verified, failed, unproven, or absent where no server looked */
  verdict?: string
  spf?: string
  dkim?: string
  dmarc?: string
  server?: string
  /** no server looked, so we did */
  by_us?: boolean
  /** whose address it claims to be: a colleague's or our own */
  claims?: 'staff' | 'us'
  suspicious?: boolean
}

export interface SignatureMark {
  kind: 'smime' | 'pgp'
  state: 'valid' | 'invalid' | 'unknown'
  /** why it is not valid */
  reason?: string
  by?: string
  address?: string
  issuer?: string
  fingerprint?: string
}

export interface Invitation {
  method: 'request' | 'cancel' | 'reply'
  uid: string
  summary: string
  start: string
  end: string
  all_day: boolean
  place: string
  repeats: boolean
  organiser: { name: string; address: string }
  invited: number
  /** what somebody says who answers our invitation: accepted, tentative, declined */
  status?: string
  /** what we answered: accepted, tentative, declined */
  answer?: string
}

export interface Copy {
  at: string
  channel_name: string
}

export interface Entry {
  id: string
  message_id: number | null
  kind: 'inbound' | 'outbound' | 'note' | 'event'
  at: string
  author: { kind: 'customer' | 'staff' | 'system'; id: number | null; name: string }
  channel_kind: string
  subject: string
  text: string
  quoted_text: string
  html: string
  has_remote_images: boolean
  /** '' or why a machine wrote it: auto_reply, bounce, list, loop */
  automatic: string
  attachments: Attachment[]
  delivery: Delivery | null
  event: { type: string; params: Record<string, unknown> } | null
  mentions: number[]
  /** the merged ticket it came with */
  origin_id: number | null
  marks: Marks
  copies: Copy[]
  raw_url: string | null
  /** what the customer filled in beside the message */
  answers: Array<{ type: string; label: string; value: string }>
  /** what they were greeted with and answer */
  greeting: string
  /** words of a machine to the customer: an answer with its sources, or a line beside it */
  machine?: { kind: 'answer' | 'unsure' | 'passed' | 'handed' | 'greeting' | 'asked'; sources: Array<{ title: string; url: string; entry_id: number | null }> } | null
}

export interface Timeline {
  items: Entry[]
  before_cursor: string | null
}

export interface Participant {
  name: string
  kind: string
  value: string
  role: string
}

export interface ReplyChannel {
  channel_id: number
  kind: string
  name: string
  to: string
}

export interface Identity {
  kind: string
  value: string
  verified: boolean
}

export interface CustomerCard {
  id: number
  name: string
  company: string
  tier: string
  language: string
  region: string
  note: string
  identities: Identity[]
  created_at: string
  updated_at: string
}

/** What custom fields name by id. */
export interface Referred {
  staff: Named[]
  customers: Named[]
  files: Attachment[]
}

/** A ticket that was merged into this one. */
export interface Alias {
  id: number
  subject: string
  into_id: number
  at: string
  by_name: string
  can_be_undone: boolean
}

export interface TicketPage {
  ticket: TicketRow & { referred: Referred; aliases: Alias[]; participants: Participant[]; reply_channels: ReplyChannel[] }
  timeline: Timeline
  /** null for people who may not see customers */
  customer: CustomerCard | null
  other_tickets: TicketRow[]
}
