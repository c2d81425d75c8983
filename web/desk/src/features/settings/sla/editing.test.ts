import { describe, expect, it } from 'vitest'
import type { Policy } from '@/features/sla/types'
import { freshMetric, labelOf, startOf, wrongsOf } from './editing'
import { sharesOf } from './names'

const policy: Policy = {
  id: 3, active: true, name_zh: '承诺', name_en: 'Promise', track: 'internal', conditions: { all: [] }, calendar_id: 7, metrics: [freshMetric('next_reply', ['pending'])], robots: [5],
  version: { id: 1, number: 2, published_at: '2026-06-01T00:00:00Z', by_name: 'Lu' },
}

describe('the editor of a policy', () => {
  it('begins with the policy, and changes none of it', () => {
    const form = startOf(policy, null, 1)
    form.metrics[0]!.targets['4'] = 15
    expect([form.calendar_id, form.robots, policy.metrics[0]!.targets]).toEqual([7, [5], {}])
  })

  it('begins with an example in the hours there are', () => {
    const form = startOf(null, { key: 'x', note_zh: '', note_en: '', name_zh: '例', name_en: 'E', track: 'regulator', conditions: { all: [] }, metrics: [] }, 1)
    expect([form.track, form.calendar_id, form.robots]).toEqual(['regulator', 1, []])
  })

  it('knows at which metric something is wrong', () => {
    expect(wrongsOf({ 'metrics.1.levels.0.do.2': 'required', name_zh: 'required' })).toEqual([
      { metric: 1, field: 'levels.0.do.2', what: 'required' },
      { metric: null, field: 'name_zh', what: 'required' },
    ])
    expect(wrongsOf({ 'body.metrics.0.targets.1': 'Input should be less' })).toEqual([{ metric: 0, field: 'targets.1', what: 'Input should be less' }])
    expect(wrongsOf(undefined)).toEqual([])
    expect(['levels.0.do.2', 'targets.1', 'name_zh', 'robots'].map(labelOf)).toEqual(['levels', 'target', 'name', 'robots'])
  })
})

describe('attainment', () => {
  it('adds up what was counted: 400 at 92 % and 600 at 88 % are 89.6 %', () => {
    const row = (in_time: number, breached: number) => ({ track: 'customer', metric: 'first_reply', policy_id: 3, policy_zh: '', policy_en: '', tally: { in_time, breached, running: 0, share: 0 } })
    expect(sharesOf([row(368, 32), row(528, 72)]).get(3)?.share).toBeCloseTo(0.896)
  })
})
