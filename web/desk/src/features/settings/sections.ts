import type { IconName } from '@/ui/icons'

export interface Section {
  to: string
  name: string
  icon: IconName
  permission: string
}

/** The settings there are, as they stand in the side list. */
export const sections: Array<{ label: string; items: Section[] }> = [
  {
    label: 'settings.part.channels',
    items: [
      { to: '/settings/channels', name: 'channels', icon: 'inbox', permission: 'channels.manage' },
      { to: '/settings/senders', name: 'senders', icon: 'shield', permission: 'senders.block' },
      { to: '/settings/webhooks', name: 'webhooks', icon: 'hook', permission: 'channels.manage' },
    ],
  },
  {
    label: 'settings.part.people',
    items: [
      { to: '/settings/people', name: 'people', icon: 'person', permission: 'people.read' },
      { to: '/settings/groups', name: 'groups', icon: 'people', permission: 'people.read' },
      { to: '/settings/roles', name: 'roles', icon: 'shield', permission: 'people.read' },
      { to: '/settings/queues', name: 'routing.queues', icon: 'list', permission: 'routing.manage' },
      { to: '/settings/presence', name: 'routing.presence', icon: 'clock', permission: 'people.manage' },
      { to: '/settings/skills', name: 'routing.skills', icon: 'star', permission: 'routing.lead' },
    ],
  },
  {
    label: 'settings.part.work',
    items: [
      { to: '/settings/categories', name: 'categories', icon: 'tag', permission: 'categories.manage' },
      { to: '/settings/statuses', name: 'statuses', icon: 'flag', permission: 'forms.manage' },
      { to: '/settings/types', name: 'types', icon: 'shape', permission: 'forms.manage' },
      { to: '/settings/fields', name: 'fields', icon: 'edit', permission: 'forms.manage' },
      { to: '/settings/forms', name: 'forms', icon: 'form', permission: 'forms.manage' },
      { to: '/settings/templates', name: 'templates', icon: 'note', permission: 'forms.manage' },
      { to: '/settings/sla', name: 'sla', icon: 'timer', permission: 'sla.manage' },
      { to: '/settings/automation', name: 'automation', icon: 'bolt', permission: 'automation.manage' },
      { to: '/settings/checklists', name: 'checklists', icon: 'list', permission: 'categories.manage' },
      { to: '/settings/promises', name: 'followups.promises', icon: 'clock', permission: 'procedures.manage' },
      { to: '/settings/chains', name: 'followups.chains', icon: 'check', permission: 'procedures.manage' },
      { to: '/settings/compensation', name: 'followups.compensation', icon: 'tag', permission: 'procedures.manage' },
      { to: '/settings/surveys', name: 'followups.surveys', icon: 'help', permission: 'procedures.manage' },
      { to: '/settings/procedures', name: 'procedures', icon: 'link', permission: 'procedures.manage' },
      { to: '/settings/assist', name: 'assist', icon: 'bolt', permission: 'assist.manage' },
      { to: '/settings/wording', name: 'wording', icon: 'warning', permission: 'settings.manage' },
      { to: '/settings/macros', name: 'macros', icon: 'chat', permission: 'tickets.read' },
    ],
  },
  {
    label: 'settings.part.system',
    items: [
      { to: '/settings/company', name: 'company', icon: 'building', permission: 'settings.manage' },
      { to: '/settings/notifications', name: 'notifications', icon: 'bell', permission: 'settings.manage' },
      { to: '/settings/calendars', name: 'calendars', icon: 'clock', permission: 'settings.manage' },
      { to: '/settings/tokens', name: 'tokens', icon: 'key', permission: 'tokens.manage' },
      { to: '/settings/retention', name: 'retention', icon: 'shield', permission: 'retention.manage' },
      { to: '/settings/audit', name: 'audit', icon: 'book', permission: 'audit.read' },
    ],
  },
]
