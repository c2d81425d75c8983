import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { i18n } from '@/app/i18n'
import DataTable, { type Column } from './DataTable.vue'

interface Row {
  id: number
  name: string
  waiting: number | null
}
const rows: Row[] = [{ id: 1, name: '赵', waiting: 3 }, { id: 2, name: '李', waiting: null }, { id: 3, name: '王', waiting: 12 }]
const columns: Column[] = [
  { key: 'name', label: '姓名', by: (row: Row) => row.name },
  { key: 'waiting', label: '等待', align: 'end', by: (row: Row) => row.waiting },
  { key: 'id', label: '编号' },
]

it('sorts by a head that is pressed: figures from the largest, words from the first, nothing last', async () => {
  const table = mount(DataTable<Row>, { props: { columns, rows, caption: '人员' }, global: { plugins: [i18n] } })
  const shown = () => table.findAll('tbody tr').map((row) => row.get('td').text())
  const orders = () => table.findAll('th').map((head) => head.attributes('aria-sort'))
  const press = (which: number) => table.findAll('th button')[which]?.trigger('click')
  expect([shown(), orders()]).toEqual([['赵', '李', '王'], ['none', 'none', undefined]])
  await press(1)
  expect([shown(), orders()]).toEqual([['王', '赵', '李'], ['none', 'descending', undefined]])
  await press(1)
  expect(shown()).toEqual(['赵', '王', '李'])
  await press(1)
  expect(shown()).toEqual(['赵', '李', '王'])
  await press(0)
  expect([shown(), orders()[0]]).toEqual([['李', '王', '赵'], 'ascending'])
})
