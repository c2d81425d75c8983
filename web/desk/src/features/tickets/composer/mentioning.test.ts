import { describe, expect, it } from 'vitest'
import { colleaguesLike, mentionBefore, mentionedIn, writeMention } from './mentioning'

const people = [{ id: 1, name: '李娜' }, { id: 2, name: '李娜娜' }, { id: 3, name: 'Anna Müller' }]

describe('naming a colleague', () => {
  it('begins with an @ after a space or at the start', () => {
    expect(mentionBefore('@李', 2)).toBe('李')
    expect(mentionBefore('请 @', 3)).toBe('')
    expect(mentionBefore('写给a@b', 5)).toBeNull()
    expect(mentionBefore('@李娜 请跟进', 7)).toBeNull()
  })

  it('finds by any part of the name', () => expect(colleaguesLike(people, 'mül').map(({ id }) => id)).toEqual([3]))

  it('writes the name out and goes on behind it', () => {
    expect(writeMention('请 @李 看', 4, '李娜')).toEqual({ text: '请 @李娜  看', caret: 6 })
  })

  it('tells who is meant', () => {
    expect(mentionedIn('@李娜娜 和 @Anna Müller 请看', people)).toEqual([3, 2])
    expect(mentionedIn('没有人', people)).toEqual([])
  })
})
