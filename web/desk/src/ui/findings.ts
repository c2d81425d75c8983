/** What a look at something found, and what to do about it. */
export interface Finding {
  level: 'ok' | 'warn' | 'error'
  code: string
  message: string
  next_step: string
}

export const gravest = (findings: Finding[]): Finding['level'] =>
  findings.some((one) => one.level === 'error') ? 'error' : findings.some((one) => one.level === 'warn') ? 'warn' : 'ok'
