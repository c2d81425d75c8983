import { expect, it } from 'vitest'
import { i18n, loadAllWords, setLocale } from '@/app/i18n'
import { placeInWords } from './place'

await loadAllWords()
const { t, te } = i18n.global as unknown as { t: (key: string) => string; te: (key: string) => boolean }

it('counts as people do and names each part', () => {
  setLocale('zh-CN')
  expect(placeInWords('steps.0.outcomes.1.zh', t, te)).toBe('步骤 1 › 去向 2 › 中文名称')
  setLocale('en')
  expect(placeInWords('steps.2.clock.unless.0.when', t, te)).toBe('Step 3 › Clock › Other time 1 › Condition')
})

it('leaves what has no words as it is', () => {
  expect(placeInWords('conversation', t, te)).toBe('conversation')
})
