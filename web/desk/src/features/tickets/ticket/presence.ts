export interface Presence {
  id: number
  name: string
  state: 'viewing' | 'typing'
  at: number
}

interface Told {
  staff: { id: number; name: string; state?: string } | Array<{ id: number; name: string; state?: string }>
  state?: string
}

const VIEWING_LASTS = 45_000
const TYPING_LASTS = 25_000 // it is repeated every 20 s

/** Who is here after one more word of somebody's coming or going. */
export function take(known: Presence[], told: Told, myId: number, now: number): { presences: Presence[]; hasNewcomer: boolean } {
  let presences = known
  let hasNewcomer = false
  for (const one of Array.isArray(told.staff) ? told.staff : [told.staff]) {
    if (one.id === myId) continue
    const state = one.state ?? told.state
    hasNewcomer ||= state !== 'left' && !known.some((other) => other.id === one.id && isHere(other, now))
    presences = presences.filter((other) => other.id !== one.id)
    if (state === 'viewing' || state === 'typing') presences = [...presences, { id: one.id, name: one.name, state, at: now }]
  }
  return { presences, hasNewcomer }
}

export function isHere(presence: Presence, now: number): boolean {
  return now - presence.at < (presence.state === 'typing' ? TYPING_LASTS : VIEWING_LASTS)
}
