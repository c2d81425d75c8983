import { describe, expect, it } from 'vitest'
import { openAtFirst, rowsShown, withBeneath } from './matrix'
import type { SwitchRow } from './rulesApi'

const row = (id: number | null, path: string, own: boolean | null = null): SwitchRow => {
  const parts = path ? path.split(' / ') : []
  return { id, path, name: parts[parts.length - 1] ?? '', depth: parts.length, cells: [{ channel_id: null, is_answered: own, holds: own ?? true, is_set: own !== null, from_category_id: id, from_channel_id: null }] }
}
const ROWS = [row(null, ''), row(1, '费用'), row(2, '费用 / 发票'), row(3, '费用 / 发票 / 抬头', false), row(4, '费用 / 退款'), row(5, '物流'), row(6, '物流 / 催件')]
const ids = (rows: SwitchRow[]) => rows.map(({ id }) => id)

describe('the matrix of switches', () => {
  it('knows which categories have others beneath them', () => {
    expect([...withBeneath(ROWS)]).toEqual([1, 2, 5])
  })

  it('is open from the start where there is little, and else where something is set', () => {
    expect([...openAtFirst(ROWS)]).toEqual([1, 2, 5])
    expect([...openAtFirst(ROWS, 3)]).toEqual([1, 2])
    expect([...openAtFirst([], 3)]).toEqual([])
  })

  it('folds away what is beneath, however deep', () => {
    expect(ids(rowsShown(ROWS, '', new Set()))).toEqual([null, 1, 5])
    expect(ids(rowsShown(ROWS, '', new Set([2, 5])))).toEqual([null, 1, 5, 6])
    expect(ids(rowsShown(ROWS, '', new Set([1])))).toEqual([null, 1, 2, 4, 5])
  })

  it('shows what is searched for with all above it, folded or not', () => {
    expect(ids(rowsShown(ROWS, ' 抬头 ', new Set()))).toEqual([1, 2, 3])
    expect(ids(rowsShown(ROWS, '没有', new Set([1])))).toEqual([])
  })
})
