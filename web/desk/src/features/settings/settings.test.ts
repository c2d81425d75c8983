import { expect, it } from 'vitest'
import { byArea } from './roles/api'
import { keepFreshSecret, takeFreshSecret } from './webhooks/freshSecret'

it('groups permissions by area in the order given', () => {
  const permission = (code: string) => ({ code, zh: '', en: '', scoped: false })
  expect(byArea(['tickets.read', 'people.read', 'tickets.edit'].map(permission)).map(({ area, permissions }) => [area, permissions.length])).toEqual([['tickets', 2], ['people', 1]])
})

it('shows a fresh secret once, and only beside its own web-hook', () => {
  keepFreshSecret(7, 'whsec_a')
  expect(takeFreshSecret(8)).toBe('')
  keepFreshSecret(7, 'whsec_a')
  expect(takeFreshSecret(7)).toBe('whsec_a')
  expect(takeFreshSecret(7)).toBe('')
})
