import type { Actions } from '../macros/api'

/** One thing somebody wrote, as it leaves. */
export interface Outgoing {
  kind: 'reply' | 'note'
  text: string
  fileIds: number[]
  /** the status it is given with the reply, as the menu names it: a fixed one, or `custom:7` */
  then: string | null
  channelId?: number
  to?: string
  cc: string[]
  mentions: number[]
  mentionedGroups: number[]
  actions: Actions
  /** the ticket is done though its children are not */
  isDespite?: boolean
  /** rules warn of its words, and its writer means them */
  isDespiteWording?: boolean
}

export type Phase = 'idle' | 'sending' | 'conflict' | 'failed'

/** Where the sending of one draft stands. The key belongs to the draft: however often it is sent, it arrives once. */
export interface Sending {
  phase: Phase
  key: string | null
  outgoing: Outgoing | null
  isForced: boolean
  /** texts that left under this key without an answer coming back: one of them may have arrived */
  unanswered: string[]
  error: unknown
}

export const atRest: Sending = { phase: 'idle', key: null, outgoing: null, isForced: false, unanswered: [], error: null }

export type Happening =
  | { type: 'submitted'; outgoing: Outgoing; newKey: string }
  | { type: 'refused'; error: unknown; isConflict: boolean }
  | { type: 'given way' } // it is a colleague's turn: nothing has left
  | { type: 'unanswered'; error: unknown }
  | { type: 'accepted' }
  | { type: 'send anyway' }
  | { type: 'look first' }
  | { type: 'edited' }

export function isNothing(outgoing: Outgoing): boolean {
  return outgoing.text.trim() === '' && outgoing.fileIds.length === 0
}

export function next(state: Sending, happening: Happening): Sending {
  switch (happening.type) {
    case 'submitted':
      if (state.phase === 'sending' || isNothing(happening.outgoing)) return state
      return { ...state, phase: 'sending', key: state.key ?? happening.newKey, outgoing: happening.outgoing, isForced: false, error: null }
    case 'send anyway':
      return state.phase === 'conflict' ? { ...state, phase: 'sending', isForced: true, error: null } : state
    case 'look first':
      return state.phase === 'conflict' ? { ...state, phase: 'idle', error: null } : state
    case 'refused':
      if (state.phase !== 'sending') return state
      return { ...state, phase: happening.isConflict ? 'conflict' : 'failed', error: happening.error }
    case 'given way':
      return state.phase === 'sending' ? { ...state, phase: 'idle' } : state
    case 'unanswered':
      if (state.phase !== 'sending') return state
      return { ...state, phase: 'failed', error: happening.error, unanswered: [...state.unanswered, state.outgoing?.text ?? ''] }
    case 'accepted':
      return atRest
    case 'edited':
      return state.phase === 'failed' || state.phase === 'conflict' ? { ...state, phase: 'idle', error: null } : state
  }
}

/** After silence and a change of the text the server may answer with the earlier text: that is what the customer got. */
export function arrivedEarlier(state: Sending, arrivedText: string): boolean {
  const same = (text: string) => text.replace(/\r\n/g, '\n').trim() === arrivedText.replace(/\r\n/g, '\n').trim()
  return !!state.outgoing && !same(state.outgoing.text) && state.unanswered.some(same)
}
