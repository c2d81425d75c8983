import type { IconName } from '@/ui/icons'

export interface Destination {
  to: string
  /** paths that light up this entry */
  prefixes: string[]
  label: string
  icon: IconName
  /** any one of these opens it */
  permissions: string[]
  isForAll?: boolean
  keys: string
  help: string
}

/** The first place of the rail that is open to a person. */
export function firstPlace(can: (permission: string) => boolean): string {
  return destinations.find((place) => place.isForAll || place.permissions.some(can))?.to ?? '/profile'
}

/** The places of the rail, from the work of every minute to that of every month. */
export const destinations: Destination[] = [
  { to: '/', prefixes: ['/', '/tickets', '/views'], label: 'app.nav.desk', icon: 'desk', permissions: ['tickets.read'], keys: 'g d', help: 'app.help.goDesk' },
  { to: '/tasks', prefixes: ['/tasks'], label: 'app.nav.tasks', icon: 'check', permissions: ['tasks.work'], keys: 'g t', help: 'app.help.goTasks' },
  { to: '/customers', prefixes: ['/customers'], label: 'app.nav.customers', icon: 'people', permissions: ['customers.read'], keys: 'g c', help: 'app.help.goCustomers' },
  { to: '/follow-ups', prefixes: ['/follow-ups'], label: 'app.nav.followUps', icon: 'clock', permissions: ['tickets.read'], keys: 'g f', help: 'app.help.goFollowUps' },
  { to: '/knowledge', prefixes: ['/knowledge'], label: 'app.nav.knowledge', icon: 'book', permissions: ['knowledge.read'], keys: 'g k', help: 'app.help.goKnowledge' },
  { to: '/settings', prefixes: ['/settings'], label: 'app.nav.settings', icon: 'settings', permissions: [], isForAll: true, keys: 'g s', help: 'app.help.goSettings' },
  { to: '/operations', prefixes: ['/operations'], label: 'app.nav.operations', icon: 'pulse', permissions: ['operations.read'], keys: 'g o', help: 'app.help.goOperations' },
]
