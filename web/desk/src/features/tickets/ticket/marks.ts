const PLACE = 'zhiyin.seen'
const KEPT = 600

type Marks = Record<string, string>

/** Up to where this person has read a ticket in this browser: the new-message mark stands after it. */
export function markOf(staffId: number, ticketId: number): string | null {
  return read()[`${staffId}:${ticketId}`] ?? null
}

export function setMark(staffId: number, ticketId: number, at: string): void {
  const marks = read()
  const key = `${staffId}:${ticketId}`
  delete marks[key] // written anew, it stands last: the oldest are dropped first
  marks[key] = at
  const entries = Object.entries(marks)
  write(Object.fromEntries(entries.slice(-KEPT)))
}

function read(): Marks {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Marks
  } catch {
    return {}
  }
}

function write(marks: Marks): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify(marks))
  } catch {
    // without storage there is no mark
  }
}
