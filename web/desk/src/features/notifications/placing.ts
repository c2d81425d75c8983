import type { Notification } from './api'

const VIEWS: Record<string, string> = { new_unassigned: '/views/unassigned', moved: '/views/unassigned' }
const KNOWLEDGE = /^knowledge_/

const TASKS = ['task_for_me', 'task_overdue']

/** Where a notification leads: to its ticket, to one's tasks, or to the list in which many are. */
export const placeOf = (row: Notification): string => (TASKS.includes(row.reason) ? '/tasks' : row.ticket ? `/tickets/${row.ticket.id}` : KNOWLEDGE.test(row.reason) ? '/knowledge/todo' : (VIEWS[row.reason] ?? '/views/mine'))
