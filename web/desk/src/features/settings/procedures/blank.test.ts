import { describe, expect, it } from 'vitest'
import { blankContent, blankStep, freeKey, renameStep, turnInto } from './blank'

describe('a procedure being made', () => {
  it('begins with something to do and its end', () => {
    const content = blankContent()
    expect(content.steps.map((step) => [step.key, step.kind, step.outcomes.map((one) => one.to)])).toEqual([['first', 'work', ['end']], ['end', 'end', []]])
  })

  it('keeps its ways when a step is renamed', () => {
    const content = blankContent()
    renameStep(content, 'end', 'closed')
    renameStep(content, 'first', 'receive')
    expect([content.start, content.steps[0]?.outcomes[0]?.to]).toEqual(['receive', 'closed'])
  })

  it('gives a kind of step what it can not do without', () => {
    const step = blankStep('ask')
    turnInto(step, 'approval', 'end')
    expect(step.outcomes.map((one) => one.key)).toEqual(['approved', 'rejected'])
    turnInto(step, 'end', 'end')
    expect([step.outcomes, step.approval]).toEqual([[], null])
  })

  it('finds a free key', () => expect(freeKey('step', ['step', 'step_2'])).toBe('step_3'))
})
