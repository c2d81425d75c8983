import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import words from './words'

it('has a heading for every area of permissions there is', () => {
  const listed = readFileSync(resolve(__dirname, '../../../../../../zhiyin/people/permissions.py'), 'utf8')
  const areas = new Set([...listed.matchAll(/"([a-z_]+)\.[a-z_]+"/g)].map((found) => found[1] as string))
  expect([...areas].filter((area) => !(area in words.zh.area) || !(area in words.en.area))).toEqual([])
})
