export interface Presence {
  id: number
  name: string
  state: 'viewing' | 'typing'
  at: number
}

/** Presence as the stream tells it: of a colleague, or of the customer. */
export interface Told {
  ticket_id: number
  staff?: { id: number; name: string }
  customer?: boolean
  state: string
}

const VIEWING_LASTS = 45_000
const TYPING_LASTS = 25_000 // it is repeated every 20 s

/** Who is here after one more word of somebody's coming or going. */
export function take(known: Presence[], { staff, state }: Told, myId: number, now: number): { presences: Presence[]; hasNewcomer: boolean } {
  if (!staff || staff.id === myId) return { presences: known, hasNewcomer: false }
  const others = known.filter((other) => other.id !== staff.id)
  if (state !== 'viewing' && state !== 'typing') return { presences: others, hasNewcomer: false }
  const wasHere = known.some((other) => other.id === staff.id && isHere(other, now))
  return { presences: [...others, { ...staff, state, at: now }], hasNewcomer: !wasHere }
}

export function isHere(presence: Presence, now: number): boolean {
  return now - presence.at < (presence.state === 'typing' ? TYPING_LASTS : VIEWING_LASTS)
}
