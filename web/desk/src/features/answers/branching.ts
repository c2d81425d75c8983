import type { Slot } from './rulesApi'

export type Misfit = { kind: 'notBefore' | 'noChoice' | 'empty' | 'gone' | 'never'; what: string }
type Needs = Map<string, Set<string>>

/** What is wrong with the conditions of a form's questions, by their place; the server looks at the same when it is saved. */
export function misfitsOf(slots: Slot[]): Map<number, Misfit> {
  const wrong = new Map<number, Misfit>()
  const before = new Map<string, Slot>()
  const needs = new Map<string, Needs>()
  slots.forEach((slot, place) => {
    const wanted: Needs = new Map()
    for (const one of slot.only_if ?? []) {
      const asked = before.get(one.key)
      const misfit = misfitOf(asked, one.key, one.any_of)
      if (misfit) {
        if (!wrong.has(place)) wrong.set(place, misfit)
        continue
      }
      for (const [key, answers] of new Map([...(needs.get(one.key) ?? []), [one.key, new Set(one.any_of)]])) {
        wanted.set(key, new Set([...(wanted.get(key) ?? answers)].filter((answer) => answers.has(answer))))
      }
    }
    if (!wrong.has(place) && [...wanted.values()].some((answers) => !answers.size)) wrong.set(place, { kind: 'never', what: '' })
    before.set(slot.key, slot)
    needs.set(slot.key, wanted)
  })
  return wrong
}

function misfitOf(asked: Slot | undefined, key: string, answers: string[]): Misfit | null {
  if (!asked) return { kind: 'notBefore', what: key }
  if (asked.kind !== 'choice') return { kind: 'noChoice', what: key }
  if (!answers.length) return { kind: 'empty', what: key }
  const gone = answers.filter((answer) => !asked.options.some((one) => one.value === answer))
  return gone.length ? { kind: 'gone', what: gone.join(', ') } : null
}

/** Choices that a question may depend on: those before it. */
export function choicesBefore(slots: Slot[], place: number): Array<{ place: number; slot: Slot }> {
  return slots.slice(0, place).map((slot, at) => ({ place: at, slot })).filter(({ slot }) => slot.kind === 'choice')
}

/** How far in a question stands: one further than the deepest it depends on. */
export function depthsOf(slots: Slot[]): number[] {
  const depths = new Map<string, number>()
  return slots.map((slot) => {
    const depth = Math.max(0, ...(slot.only_if ?? []).map((one) => (depths.get(one.key) ?? 0) + 1))
    depths.set(slot.key, depth)
    return depth
  })
}

/** The same questions when one has another key: what depends on it follows. */
export function renamed(slots: Slot[], from: string, to: string): Slot[] {
  return slots.map((slot) => ({ ...slot, only_if: (slot.only_if ?? []).map((one) => (one.key === from ? { ...one, key: to } : one)) }))
}
