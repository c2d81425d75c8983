/** Shapes of the HTTP API v1 that more than one feature reads. */

export type Locale = 'zh-CN' | 'en'
export type ThemeChoice = 'light' | 'dark' | 'system'
export type Scope = 'own' | 'group' | 'all'

export interface Named {
  id: number
  name: string
}

export interface Paged<T> {
  items: T[]
  next_cursor: string | null
}

export interface SessionStaff {
  id: number
  name: string
  email: string
  locale: Locale
  theme: ThemeChoice
  signature: string
  /** codes of the roles held */
  roles: string[]
  permissions: Record<string, Scope>
  groups: Named[]
}

export interface Session {
  /** null when nobody is signed in */
  staff: SessionStaff | null
  csrf_token: string
  company: { name: string }
  stream_url: string
  setup_needed: boolean
  second_factor_required: boolean
}

export type TicketStatus = 'new' | 'open' | 'pending' | 'solved' | 'closed'
export type Priority = 'low' | 'normal' | 'high' | 'urgent'
export type ChannelKind = 'email' | 'chat' | 'api'

export interface TicketRow {
  id: number
  number: string
  subject: string
  status: TicketStatus
  priority: Priority
  channel_kind: ChannelKind
  channel_name: string
  customer: { id: number; name: string; tier: string }
  group: Named | null
  assignee: Named | null
  category: Named | null
  tags: string[]
  preview: string
  last_message_at: string | null
  last_message_from: 'customer' | 'staff' | null
  waiting_since: string | null
  message_count: number
  created_at: string
  updated_at: string
  version: number
}

export interface StoredFile {
  id: number
  name: string
  media_type: string
  size: number
  url: string
}

export interface Attachment extends StoredFile {
  inline: boolean
}

export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'bounced' | 'failed' | 'cancelled'

export interface Entry {
  id: number
  kind: 'inbound' | 'outbound' | 'note' | 'event'
  at: string
  author: { kind: 'customer' | 'staff' | 'system'; id: number | null; name: string }
  channel_kind: ChannelKind | null
  text: string
  quoted_text: string
  html: string
  has_remote_images: boolean
  attachments: Attachment[]
  delivery: { id: number; state: DeliveryState; reason: string; undo_until: string | null } | null
  event: { type: string; params: Record<string, unknown> } | null
  mentions: number[]
  raw_url: string | null
  read_at: string | null
}

export interface Participant {
  name: string
  kind: string
  value: string
  role: string
}

export interface ReplyChannel {
  channel_id: number
  kind: ChannelKind
  name: string
  to: string
}

export interface CustomerIdentity {
  kind: 'email' | 'phone' | 'visitor' | 'external'
  value: string
  verified: boolean
}

export interface CustomerRow {
  id: number
  name: string
  company: string
  tier: string
  language: string
  identities: CustomerIdentity[]
  created_at: string
}

export interface CustomerCard extends CustomerRow {
  note: string
  first_seen_at: string | null
  ticket_count: number
  tickets: TicketRow[]
}

export interface TicketPage {
  ticket: TicketRow & {
    participants: Participant[]
    solved_at: string | null
    reply_channels: ReplyChannel[]
  }
  timeline: { items: Entry[]; before_cursor: string | null }
  customer: CustomerCard
  other_tickets: TicketRow[]
}
