import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import words from './i18n'

const source = resolve(__dirname, '../../../../../../zhiyin')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.py') && !one.includes('tests'))

it('has words for everything that is recorded', () => {
  const written = files.map((one) => readFileSync(join(source, one), 'utf8')).filter((text) => text.includes('record_audit'))
  const named = written.flatMap((text) => [...text.matchAll(/(?:\baction=|\b_?(?:audit|tell)\(\s*)"([a-z]+\.[a-z_]+)"/g)].map((found) => (found[1] as string).replace('.', '_')))
  expect(new Set(named).size).toBeGreaterThan(60)
  expect([...new Set(named)].filter((one) => !(one in words.zh.action) || !(one in words.en.action))).toEqual([])
})
