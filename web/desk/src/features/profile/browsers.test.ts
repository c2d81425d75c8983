import { expect, it } from 'vitest'
import { describeBrowser } from './browsers'

it('names browser and system', () => {
  expect(describeBrowser('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0')).toBe('Edge · Windows')
  expect(describeBrowser('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1')).toBe('Safari · macOS')
  expect(describeBrowser('Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8.0')).toBe('微信 WeChat · Android')
  expect(describeBrowser('curl/8')).toBe('')
})
