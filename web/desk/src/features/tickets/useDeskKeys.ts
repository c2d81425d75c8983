import { useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { useCommands } from '@/app/commands/commands'
import { useDeskShortcuts } from './keys'
import { useSession } from '@/app/session'
import { ROWS } from './cache'
import type { Desk } from './desk'
import { KEYED } from './views/views'
import { useViews } from './views/useViews'

/** Keys and commands that move through the desk. */
export function useDeskKeys(desk: Desk, togglePanel: () => void): void {
  const { t } = useI18n()
  const client = useQueryClient()
  const session = useSession()
  const { views, open, openAt } = useViews()
  const list = 'tickets.keys.list'
  const canCreate = () => session.can('tickets.reply')
  const create = () => (desk.isCreating.value = true)
  const search = () => (desk.isSearching.value = true)
  const refresh = () => void client.invalidateQueries({ queryKey: ROWS })

  useDeskShortcuts([
    { keys: 'j', label: 'tickets.keys.next', group: list, run: () => desk.move(1) },
    { keys: 'k', label: 'tickets.keys.previous', group: list, run: () => desk.move(-1) },
    { keys: 'Enter', label: 'tickets.keys.open', group: list, run: () => desk.cursorId.value !== null && desk.open(desk.cursorId.value), when: isNowhere },
    { keys: '/', label: 'tickets.keys.search', group: list, run: search },
    { keys: 'c', label: 'tickets.keys.create', group: list, run: create, when: canCreate },
    { keys: '.', label: 'tickets.keys.refresh', group: list, run: refresh },
    ...Array.from({ length: KEYED }, (_, i) => ({
      keys: `g ${i + 1}`,
      label: 'tickets.keys.views',
      group: list,
      run: () => openAt(i),
    })),
    { keys: 'p', label: 'tickets.keys.panel', group: 'tickets.keys.ticket', run: togglePanel, when: () => desk.openId.value !== null },
    { keys: 'u', label: 'tickets.keys.close', group: 'tickets.keys.ticket', run: desk.close, when: () => desk.openId.value !== null },
  ])

  useCommands(() => {
    const group = t('tickets.command.desk')
    return [
      { id: 'desk:next', title: t('tickets.command.next'), group, keys: 'j', run: () => desk.move(1) },
      { id: 'desk:previous', title: t('tickets.command.previous'), group, keys: 'k', run: () => desk.move(-1) },
      { id: 'desk:search', title: t('tickets.command.search'), group, keys: '/', run: search },
      ...(canCreate() ? [{ id: 'desk:create', title: t('tickets.command.create'), group, keys: 'c', run: create }] : []),
      ...views.value.map((view) => ({ id: `desk:view:${view.key}`, title: t('tickets.command.goView', { view: view.label }), group, run: () => open(view.key) })),
    ]
  })
}

/** Enter on a link or button is the link's or button's own. */
function isNowhere(): boolean {
  const at = document.activeElement
  return !at || at === document.body || at.id === 'content' || at.getAttribute('role') === 'log'
}
