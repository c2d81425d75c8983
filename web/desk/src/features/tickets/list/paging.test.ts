import { describe, expect, it } from 'vitest'
import { listOf, pagesToRefresh, patchRow, refreshPage, rowsOf, type RowPage } from './paging'
import { aRow } from '../testing'

const ids = (list: Parameters<typeof rowsOf>[0]) => rowsOf(list).map((row) => row.id)
const page = (rows: number[], cursor: string | null = null, next: string | null = null): RowPage => ({ cursor, next, rows: rows.map((id) => aRow({ id })) })

describe('a list made of keyset pages', () => {
  it('shows a row once, though it moved between two fetches', () => {
    expect(ids(listOf([page([9, 8, 7], null, 'a'), page([7, 6, 5], 'a')]))).toEqual([9, 8, 7, 6, 5])
  })

  it('does not jump when something new arrives on top: it is counted', () => {
    const list = refreshPage(listOf([page([9, 8, 7], null, 'a')]), 0, page([11, 10, 9], null, 'b'), new Set([10, 11]))
    expect(ids(list)).toEqual([9, 8, 7])
    expect([...list.pending]).toEqual([11, 10])
  })

  it('keeps the cursor it was read with, so that reading on leaves nothing out', () => {
    const list = refreshPage(listOf([page([9, 8, 7], null, 'a')]), 0, page([11, 10, 9], null, 'b'), new Set([10, 11]))
    expect(list.pages[0]?.next).toBe('a')
  })

  it('takes over what changed in a row that stays', () => {
    const fresh = page([9, 8, 7], null, 'a')
    fresh.rows[1] = aRow({ id: 8, status: 'pending' })
    const list = refreshPage(listOf([page([9, 8, 7], null, 'a')]), 0, fresh, new Set([8]))
    expect(rowsOf(list)[1]?.status).toBe('pending')
  })

  it('leaves a row that no longer belongs in its place, marked', () => {
    const list = refreshPage(listOf([page([9, 8, 7], null, 'a')]), 0, page([9, 7, 6], null, 'b'), new Set([8]))
    expect(ids(list)).toEqual([9, 8, 7])
    expect([...list.gone]).toEqual([8])
  })

  it('does not take a row pushed past the edge for one that left', () => {
    const list = refreshPage(listOf([page([9, 8, 7], null, 'a')]), 0, page([10, 9, 8], null, 'b'), new Set([10]))
    expect(list.gone.size).toBe(0)
  })

  it('unmarks a row that came back', () => {
    const left = refreshPage(listOf([page([9, 8], null, 'a')]), 0, page([9], null, 'a'), new Set([8]))
    const back = refreshPage(left, 0, page([9, 8], null, 'a'), new Set([8]))
    expect(back.gone.size).toBe(0)
  })

  it('counts a row that an answer moved to the top from further down', () => {
    const list = refreshPage(listOf([page([9, 8], null, 'a'), page([7, 6], 'a')]), 0, page([6, 9], null, 'b'), new Set([6]))
    expect(ids(list)).toEqual([9, 8, 7, 6])
    expect([...list.pending]).toEqual([6])
  })

  it('lets newcomers appear at once where nothing has to move: at the end', () => {
    const list = refreshPage(listOf([page([1, 2], null, 'a'), page([3], 'a')]), 1, page([3, 4], 'a'), new Set([4]))
    expect(ids(list)).toEqual([1, 2, 3, 4])
    expect(list.pending.size).toBe(0)
  })

  it('lets the end of a short list grow, but not its beginning', () => {
    const list = refreshPage(listOf([page([5, 4])]), 0, page([6, 5, 4, 3]), new Set([6, 3]))
    expect(ids(list)).toEqual([5, 4, 3])
    expect([...list.pending]).toEqual([6])
  })
})

describe('our own action', () => {
  it('is seen at once in every list that holds the row', () => {
    const list = patchRow(listOf([page([2, 1])]), { id: 1, status: 'solved' })
    expect(rowsOf(list)[1]?.status).toBe('solved')
  })

  it('leaves other lists the very same object, so that nothing is drawn again', () => {
    const list = listOf([page([2, 1])])
    expect(patchRow(list, { id: 77, status: 'solved' })).toBe(list)
  })
})

describe('what to fetch after changes', () => {
  const list = listOf([page([9, 8], null, 'a'), page([7, 6], 'a', 'b'), page([5, 4], 'b')])

  it('is the page in sight that holds the change, not every page', () => {
    expect(pagesToRefresh(list, new Set([6]), new Set([7, 6]), false)).toEqual([1])
  })

  it('is nothing for changes out of sight where nobody new can come', () => {
    const open = listOf([page([9, 8], null, 'a'), page([7, 6], 'a', 'b')])
    expect(pagesToRefresh(open, new Set([6, 100]), new Set([9]), false)).toEqual([])
  })

  it('is the top when the newest stand first', () => {
    expect(pagesToRefresh(list, new Set([100]), new Set([7]), true)).toEqual([0])
  })

  it('is the end when the longest wait stands first and the end is known', () => {
    expect(pagesToRefresh(list, new Set([100]), new Set([7]), false)).toEqual([2])
  })
})
