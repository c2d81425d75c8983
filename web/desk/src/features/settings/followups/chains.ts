/** A chain of approval as the editor holds it; see the server's `chains` for what it means. */
export type Asked = Record<'role', string> | Record<'group' | 'staff', number>

export interface StageData {
  asks: Asked[]
  needs: 'any' | 'all'
  minutes?: number
  then?: Asked
}

export interface Rule {
  kind: string
  above: string
  stages: StageData[]
}

/** "role:lead" ↔ {role: "lead"}, "staff:7" ↔ {staff: 7}: what a list of choices can hold. */
export function choiceOf(asked: Asked): string {
  const [kind, name] = Object.entries(asked)[0] ?? ['role', '']
  return `${kind}:${name}`
}

export function askedOf(choice: string): Asked {
  const [kind = 'role', ...rest] = choice.split(':')
  const name = rest.join(':')
  return (kind === 'role' ? { role: name } : { [kind]: Number(name) }) as Asked
}

export function blankStage(): StageData {
  return { asks: [{ role: 'lead' }], needs: 'any', minutes: 240, then: { role: 'manager' } }
}

/** "rules.1.stages.0.asks.0" → where that stands for people, counted from one. */
export function placeOf(path: string): { rule: number; stage: number | null } {
  const numbers = path.match(/\d+/g)?.map(Number) ?? []
  return { rule: (numbers[0] ?? 0) + 1, stage: path.includes('stages.') && numbers[1] !== undefined ? numbers[1] + 1 : null }
}
