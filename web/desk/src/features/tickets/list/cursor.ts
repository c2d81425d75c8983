/** Where the cursor goes from a row: one step, staying within the list; from nowhere to the open ticket or the first. */
export function stepFrom(ids: number[], cursor: number | null, open: number | null, step: 1 | -1): number | null {
  if (!ids.length) return null
  const from = cursor !== null ? ids.indexOf(cursor) : -1
  if (from >= 0) return ids[Math.min(ids.length - 1, Math.max(0, from + step))] ?? null
  const at = open !== null ? ids.indexOf(open) : -1
  if (at >= 0) return ids[Math.min(ids.length - 1, Math.max(0, at + step))] ?? null
  return ids[0] ?? null
}

/** Rows worth fetching before they are opened: the one below first, then the one above. */
export function neighboursOf(ids: number[], cursor: number | null): number[] {
  const at = cursor === null ? -1 : ids.indexOf(cursor)
  if (at < 0) return ids.slice(0, 1)
  return [ids[at + 1], ids[at - 1]].filter((id): id is number => id !== undefined)
}

/** Where to go when a ticket is done: the next one that is still here, else the one before. */
export function afterDone(ids: number[], done: number, gone: ReadonlySet<number>): number | null {
  const at = ids.indexOf(done)
  if (at < 0) return null
  const isHere = (id: number) => id !== done && !gone.has(id)
  return ids.slice(at + 1).find(isHere) ?? ids.slice(0, at).reverse().find(isHere) ?? null
}
