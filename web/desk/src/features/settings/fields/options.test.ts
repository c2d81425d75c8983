import { expect, it } from 'vitest'
import { optionLines, optionsOf } from './options'

const rice = { value: 'rice', zh: '电饭煲', en: 'Rice cooker' }
const tree = [{ value: 'kitchen', zh: '厨电', en: 'Kitchen', children: [rice, { value: 'oven', zh: '烤箱', en: 'Oven' }] }, { value: 'other', zh: '其他', en: 'Other' }]

it('writes options as lines and reads them back', () => {
  const lines = 'kitchen = 厨电 / Kitchen\n  rice = 电饭煲 / Rice cooker\n  oven = 烤箱 / Oven\nother = 其他 / Other\n'
  expect(optionLines(tree)).toBe(lines)
  expect(optionsOf(lines)).toEqual(tree)
})

it('takes a word, one name, tabs and empty lines', () => {
  expect(optionsOf('破损\n\nlate = 迟到\n\trice = 电饭煲 / Rice cooker')).toEqual([
    { value: '破损', zh: '破损', en: '破损' },
    { value: 'late', zh: '迟到', en: '迟到', children: [rice] },
  ])
})
