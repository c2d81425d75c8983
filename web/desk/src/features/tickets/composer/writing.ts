import { reactive } from 'vue'
import type { Mode } from '../drafts/api'
import type { Actions } from '../macros/api'
import type { TicketPage } from '../types'
import type { Known } from '../ticket/newsSince'
import { nothingKept, type Kept } from './keptDraft'
import { atRest, type Sending } from './sending'
import type { Upload } from './uploading'

export type { Mode }
export const MODES: readonly Mode[] = ['reply', 'note']

export interface Part {
  text: string
  files: Upload[]
  sending: Sending
  kept: Kept
  /** what is done to the ticket when it is sent */
  actions: Actions
  /** placeholders that are none of ours are meant as they stand */
  isRawMeant: boolean
}

/** Where a reply goes, when not back the way the customer came. */
export interface Route {
  channelId: number
  to: string
  cc: string[]
}

/** All that somebody is writing on one ticket; it outlives the look at another ticket. */
export interface Writing {
  ticketId: number
  staffId: number
  mode: Mode
  reply: Part
  note: Part
  route: Route | null
  /** what was on the ticket when the reply was begun; null while there is none */
  begunOn: Known | null
  /** whether the server's drafts were asked for */
  isRestored: boolean
}

const writings = reactive(new Map<string, Writing>())

/** By person too: whoever signs in next in this window must not see it. */
export function writingOn(ticketId: number, staffId: number): Writing {
  const key = `${staffId}:${ticketId}`
  if (!writings.has(key)) {
    const blank = (): Part => ({ text: '', files: [], sending: atRest, kept: nothingKept(), actions: {}, isRawMeant: false })
    writings.set(key, { ticketId, staffId, mode: 'reply', reply: blank(), note: blank(), route: null, begunOn: null, isRestored: false })
  }
  return writings.get(key) as Writing
}

/** Back the way the customer last came; whoever was in copy stays in copy. */
export function usualRoute(ticket: TicketPage['ticket']): Route | null {
  const first = ticket.reply_channels[0]
  if (!first) return null
  return { channelId: first.channel_id, to: first.to, cc: first.kind === 'email' ? ccOf(ticket) : [] }
}

export function ccOf(ticket: TicketPage['ticket']): string[] {
  return ticket.participants.filter((one) => one.role === 'cc' && one.kind === 'email').map((one) => one.value)
}

export function hasWords(part: Part): boolean {
  return part.text.trim() !== '' || part.files.length > 0
}

/** What was taken back comes before what was begun since. */
export function putBack(part: Part, text: string, files: Upload[]): void {
  part.text = part.text.trim() ? `${text}\n\n${part.text}` : text
  part.files = [...files, ...part.files]
}
