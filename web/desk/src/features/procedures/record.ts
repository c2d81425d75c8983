import type { Deed, Demand, Held, TicketRecord } from './api'

export interface Stretch extends Held {
  deeds: Deed[]
  /** what the rules asked in this stretch: begun, open or met in it */
  demands: Demand[]
}

const inside = (at: string, { since, until }: Held) => at >= since && (until === null || at < until)
const overlaps = (demand: Demand, { since, until }: Held) => (until === null || demand.since < until) && (demand.met_at === null || demand.met_at > since)

/** The stretches in which somebody held the ticket, each with what was asked and done in it; none of it is lost. */
export function stretchesOf(record: TicketRecord): Stretch[] {
  const stretches = record.held.map((held) => ({
    ...held,
    deeds: record.deeds.filter((deed) => inside(deed.at, held)),
    demands: record.demands.filter((demand) => overlaps(demand, held)),
  }))
  const [first, last] = [stretches[0], stretches.at(-1)]
  if (first && last) {
    first.deeds.unshift(...record.deeds.filter((deed) => deed.at < first.since))
    last.deeds.push(...record.deeds.filter((deed) => last.until !== null && deed.at >= last.until))
  }
  return stretches
}

/** How long a stretch or a demand lasted, in whole minutes. */
export function minutesBetween(since: string, until: string | null, now: number): number {
  return Math.max(0, Math.round(((until ? Date.parse(until) : now) - Date.parse(since)) / 60_000))
}
