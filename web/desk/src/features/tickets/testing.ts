import type { View } from './views/api'
import type { Entry, TicketPage, TicketRow } from './types'

/** A ticket row for tests; name what matters. */
export function aRow(given: Partial<TicketRow> = {}): TicketRow {
  return {
    id: 1,
    number: '#1',
    subject: '电饭煲不加热',
    status: 'open',
    custom_status: null,
    type: null,
    priority: 2,
    channel_kind: 'email',
    channel_name: 'support',
    customer: { id: 1, name: '王芳', tier: '' },
    group: null,
    assignee: null,
    category: null,
    tags: [],
    fields: {},
    preview: '',
    last_message_at: '2026-11-22T08:00:00Z',
    last_message_from: 'customer',
    waiting_since: null,
    deadline_at: null,
    promises_paused: false,
    mood: '',
    language: '',
    region: '',
    message_count: 1,
    created_at: '2026-11-22T08:00:00Z',
    updated_at: '2026-11-22T08:00:00Z',
    solved_at: null,
    snoozed_until: null,
    woken_at: null,
    progress: null,
    anonymised_at: null,
    merged_into_id: null,
    version: 1,
    answering: null,
    ...given,
  }
}

/** A view for tests. */
export function aView(given: Partial<View> = {}): View {
  return {
    key: 'mine', kind: 'ready', name_zh: '我的', name_en: 'Mine', icon: '', colour: '', conditions: { all: [] }, sort: 'newest', grouping: '', shows_table: false,
    columns: [], audience: 'everyone', group_ids: [], owner_id: null, shown: true, is_counted: true, may_change: false, ...given,
  }
}

/** A timeline entry for tests. */
export function anEntry(given: Partial<Entry> = {}): Entry {
  return {
    id: 'm1',
    message_id: 1,
    kind: 'inbound',
    at: '2026-11-22T08:00:00Z',
    author: { kind: 'customer', id: 1, name: '王芳' },
    channel_kind: 'email',
    subject: '',
    automatic: '',
    text: '',
    quoted_text: '',
    html: '',
    has_remote_images: false,
    attachments: [],
    delivery: null,
    event: null,
    mentions: [],
    origin_id: null,
    marks: {},
    copies: [],
    raw_url: null,
    answers: [],
    greeting: '',
    ...given,
  }
}

export function aPage(given: { ticket?: Partial<TicketRow>; items?: Entry[]; before_cursor?: string | null } = {}): TicketPage {
  const customer = { id: 1, name: '王芳', company: '', tier: '', language: 'zh', region: '', note: '', identities: [], created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' }
  return {
    ticket: { ...aRow(given.ticket), referred: { staff: [], customers: [], files: [] }, aliases: [], participants: [], reply_channels: [] },
    timeline: { items: given.items ?? [], before_cursor: given.before_cursor ?? null },
    customer,
    other_tickets: [],
  }
}
