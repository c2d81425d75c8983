import { expect, it } from 'vitest'
import { rank, type Command } from './commands'

const run = () => undefined
const commands: Command[] = [
  { id: '1', title: '前往客户', group: '前往', run },
  { id: '2', title: 'Go to settings', group: 'Go to', keywords: '设置', run },
  { id: '3', title: 'Settings: channels', group: 'Go to', run },
]

it('keeps the order when nothing is asked', () => {
  expect(rank(commands, ' ').map((command) => command.id)).toEqual(['1', '2', '3'])
})

it('finds every word, in the title first', () => {
  expect(rank(commands, 'sett').map((command) => command.id)).toEqual(['3', '2'])
  expect(rank(commands, '客户').map((command) => command.id)).toEqual(['1'])
  expect(rank(commands, '设置').map((command) => command.id)).toEqual(['2'])
  expect(rank(commands, 'settings nothing')).toEqual([])
})
