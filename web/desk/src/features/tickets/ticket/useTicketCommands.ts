import type { Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { useCommands, type Command } from '@/app/commands/commands'
import { openDialog, type Kind } from '../opened'
import { priorities, type TicketRow } from '../types'
import type { useTicketActions } from './useTicketActions'

interface Given {
  ticket: Ref<TicketRow>
  actions: ReturnType<typeof useTicketActions>
  copy: () => unknown
  solve: () => unknown
}

const LEVELS = ['low', 'normal', 'high', 'urgent']

/** What the command palette offers for the open ticket. */
export function useTicketCommands({ ticket, actions, copy, solve }: Given): void {
  const { t } = useI18n()
  const router = useRouter()
  const { wake, can, isMine, change, claim, setStatus, statusChoices, chosenStatus, colleagues, groups } = actions

  useCommands((): Command[] => {
    const group = t('tickets.command.ticket', { number: ticket.value.number })
    const command = (id: string, title: string, run: () => unknown, keys?: string): Command => ({ id: `ticket:${id}`, title, group, keys, run: () => void run() })
    return [
      ...(can.reply.value && !isMine.value ? [command('claim', t('tickets.command.claim'), claim, 'a')] : []),
      ...(can.edit.value ? editing(command) : []),
      ...(can.assign.value ? assigning(command) : []),
      command('customer', t('tickets.command.customer'), () => router.push({ name: 'customer', params: { id: ticket.value.customer.id } })),
      command('copy', t('tickets.command.copy'), copy),
      ...around(command),
    ]
  })

  type Make = (id: string, title: string, run: () => unknown, keys?: string) => Command

  function editing(command: Make): Command[] {
    return [
      command('solve', t('tickets.keys.solve'), solve, 'e'),
      ...statusChoices.value
        .filter(({ value }) => value !== chosenStatus.value)
        .map(({ value, label }) => command(`status:${value}`, t('tickets.command.status', { status: label }), () => setStatus(value))),
      ...priorities
        .filter((priority) => priority !== ticket.value.priority)
        .map((priority) => command(`priority:${priority}`, t('tickets.command.priority', { priority: t(`tickets.priority.${LEVELS[priority - 1]}`) }), () => change({ priority }))),
    ]
  }

  function around(command: Make): Command[] {
    const keyed: Partial<Record<Kind, string>> = { snooze: 's', merge: 'm' }
    const kinds: Kind[] = can.edit.value ? ['snooze', 'remind', 'merge', 'link', 'split', 'print'] : ['remind', 'print']
    return [
      ...(can.edit.value && ticket.value.snoozed_until ? [command('wake', t('tickets.around.wake'), wake)] : []),
      ...kinds.map((kind) => command(`around:${kind}`, t(`tickets.around.command.${kind}`), () => openDialog(kind), keyed[kind])),
    ]
  }

  function assigning(command: Make): Command[] {
    return [
      ...(ticket.value.assignee ? [command('unassign', t('tickets.command.unassign'), () => change({ assignee_id: null }))] : []),
      ...colleagues.value
        .filter(({ id }) => id !== ticket.value.assignee?.id)
        .map(({ id, name }) => command(`assign:${id}`, t('tickets.command.assign', { name }), () => change({ assignee_id: id }))),
      ...groups.value
        .filter(({ id }) => id !== ticket.value.group?.id)
        .map(({ id, name }) => command(`group:${id}`, t('tickets.command.group', { name }), () => change({ group_id: id }))),
    ]
  }
}
