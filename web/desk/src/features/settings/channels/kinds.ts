import type { Channel } from './types'

const places = ['address', 'from_address', 'email', 'imap_user', 'imap_username', 'username', 'smtp_user']

/** What tells one channel from another of its kind: its address, its sites, its key. */
export function addressOf(channel: Channel): string {
  const sites = channel.values.allowed_origins
  if (Array.isArray(sites) && sites.length) return sites.map((site) => String(site).replace(/^https?:\/\//, '')).join(', ')
  const named = places.map((name) => channel.values[name]).find((value) => typeof value === 'string' && value.includes('@'))
  return typeof named === 'string' ? named : channel.key
}
