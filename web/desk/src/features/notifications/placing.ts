import type { Notification } from './api'

const VIEWS: Record<string, string> = { new_unassigned: '/views/unassigned', moved: '/views/unassigned' }

/** Where a notification leads: to its ticket, or to the list in which many are. */
export const placeOf = (row: Notification): string => (row.ticket ? `/tickets/${row.ticket.id}` : (VIEWS[row.reason] ?? '/views/mine'))
