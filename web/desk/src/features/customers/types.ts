import type { CustomerCard } from '../tickets/types'

export type { CustomerCard, Identity } from '../tickets/types'
export type CustomerRow = Omit<CustomerCard, 'note' | 'identities'>

export const tiers = ['standard', 'vip', 'key'] as const
