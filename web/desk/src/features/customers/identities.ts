import { isAddress } from '@/features/tickets/composer/addresses'

const PHONE = /^\+?[\d\s().-]{5,24}$/

/** What kind of contact detail somebody typed; null when it is none. */
export function identityFrom(text: string): { kind: 'email' | 'phone'; value: string } | null {
  const value = text.trim()
  if (isAddress(value)) return { kind: 'email', value }
  if (PHONE.test(value) && value.replace(/\D/g, '').length >= 5) return { kind: 'phone', value }
  return null
}
