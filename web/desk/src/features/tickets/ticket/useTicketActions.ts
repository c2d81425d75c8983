import { useQueryClient } from '@tanstack/vue-query'
import { NButton, useMessage } from 'naive-ui'
import { computed, h, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { isApiError } from '@/app/api/client'
import { useErrorText } from '@/app/api/words'
import { keys } from '@/app/queries'
import { useSession } from '@/app/session'
import { ticketApi, type TicketChanges } from '../api'
import { patchTicket } from '../cache'
import { noteMissing } from '../forms/missing'
import { choiceOf, statusOf } from '../forms/statusChoice'
import { useLayout, useNaming } from '../forms/useLayout'
import { useCategories, useColleagues, useGroups } from '../directory'
import type { Values } from '../forms/types'
import { statuses, type TicketPage, type TicketRow } from '../types'

/** What can be done to a ticket; seen at once, put right when the server says no. */
export function useTicketActions(ticket: Ref<TicketRow>) {
  const client = useQueryClient()
  const message = useMessage()
  const textOf = useErrorText()
  const session = useSession()
  const colleagues = useColleagues()
  const groups = useGroups()
  const categories = useCategories()
  const layout = useLayout()
  const types = computed(() => layout.value.types.filter((type) => type.active || type.id === ticket.value.type?.id))
  const { nameOf } = useNaming()
  const { t } = useI18n()

  let sending: Promise<void> = Promise.resolve()

  const can = {
    reply: computed(() => session.can('tickets.reply')),
    edit: computed(() => session.can('tickets.edit')),
    assign: computed(() => session.can('tickets.assign')),
  }
  const isMine = computed(() => ticket.value.assignee?.id === session.staff?.id)

  /** The row as it will be, so that nobody waits for the server to see it. */
  function expected(changes: TicketChanges): Partial<TicketRow> {
    const { group_id, assignee_id, category_id, type_id, custom_status_id, fields, ...rest } = changes
    const { despite_open_children: isDespite, ...plain } = rest // how it is asked for, and no column
    void isDespite
    const one = (list: Array<{ id: number; name: string }>, id: number | null) => list.find((item) => item.id === id) ?? null
    return {
      ...(plain.status ? { custom_status: null } : {}),
      ...plain,
      ...(group_id !== undefined ? { group: one(groups.value, group_id) } : {}),
      ...(assignee_id !== undefined ? { assignee: one(colleagues.value, assignee_id) } : {}),
      ...(category_id !== undefined ? { category: layout.value.categories.find((category) => category.id === category_id) ?? null } : {}),
      ...(type_id !== undefined ? { type: layout.value.types.find((type) => type.id === type_id) ?? null } : {}),
      ...(custom_status_id !== undefined ? customStatus(custom_status_id) : {}),
      ...(fields ? { fields: merged(ticket.value.fields, fields) } : {}),
    }
  }

  function customStatus(id: number | null): Partial<TicketRow> {
    const custom = layout.value.statuses.find((one) => one.id === id) ?? null
    return custom ? { custom_status: custom, status: custom.status } : { custom_status: null }
  }

  /** Seen at once, sent one after the other: each change stands on the version the one before it made. */
  function change(changes: TicketChanges): Promise<boolean> {
    const before = { ...ticket.value }
    patchTicket(client, { id: before.id, ...expected(changes) })
    const sent = sending.then(() => send(before, changes))
    sending = sent.then(() => undefined)
    return sent
  }

  async function send(before: TicketRow, changes: TicketChanges): Promise<boolean> {
    try {
      const version = client.getQueryData<TicketPage>(keys.ticket(before.id))?.ticket.version ?? before.version
      const row = await ticketApi.change(before.id, changes, version)
      patchTicket(client, row)
      return true
    } catch (error) {
      undo(before, changes)
      noteMissing(before.id, error)
      if (isApiError(error, 'tickets.open_children')) askDespite(textOf(error), changes)
      else message.error(textOf(error), { duration: 8000, closable: true })
      return false
    } finally {
      void client.invalidateQueries({ queryKey: keys.ticket(before.id) })
    }
  }

  /** A parent before its children: only when somebody says so. */
  function askDespite(question: string, changes: TicketChanges): void {
    const toast = message.warning(() => h('span', [question, ' ', h(NButton, { text: true, type: 'primary', onClick: despite }, { default: () => t('tickets.around.despite') })]), { duration: 12_000, closable: true })
    function despite(): void {
      toast.destroy()
      void change({ ...changes, despite_open_children: true })
    }
  }

  async function wake(): Promise<void> {
    try {
      patchTicket(client, await ticketApi.wake(ticket.value.id))
    } catch (error) {
      message.error(textOf(error), { closable: true })
    }
  }

  /** Only what this change touched goes back: the rest may have moved on meanwhile. */
  function undo(before: TicketRow, changes: TicketChanges): void {
    const names = Object.keys(expected(changes)) as Array<keyof TicketRow>
    patchTicket(client, { id: before.id, ...Object.fromEntries(names.map((name) => [name, before[name]])) })
  }

  /** Takes the ticket if it is still held by whom we see; somebody may have been faster. */
  async function claim(): Promise<void> {
    const before = ticket.value
    const me = session.staff
    if (!me || before.assignee?.id === me.id) return
    patchTicket(client, { id: before.id, assignee: { id: me.id, name: me.name } })
    try {
      patchTicket(client, await ticketApi.claim(before.id, before.assignee?.id ?? null))
    } catch (error) {
      patchTicket(client, { id: before.id, assignee: before.assignee })
      if (isApiError(error, 'tickets.claimed_by_other')) {
        const { by_id: id, by_name: name } = error.params
        if (typeof id === 'number') patchTicket(client, { id: before.id, assignee: { id, name: String(name ?? '') } })
        message.warning(textOf(error), { duration: 8000, closable: true })
      } else {
        message.error(textOf(error), { closable: true })
      }
    } finally {
      void client.invalidateQueries({ queryKey: keys.ticket(before.id) })
    }
  }

  /** The fixed statuses, each followed by the company's own inside it; `new` is only for tickets that are. */
  const statusChoices = computed(() =>
    (ticket.value.status === 'new' ? ['new', ...statuses] : [...statuses]).flatMap((status) => [
      { value: status, label: t(`tickets.status.${status}`), status, custom: null },
      ...layout.value.statuses
        .filter((one) => one.status === status && (one.active || one.id === ticket.value.custom_status?.id))
        .map((custom) => ({ value: choiceOf(custom), label: nameOf(custom), status, custom })),
    ]),
  )
  const chosenStatus = computed(() => (ticket.value.custom_status ? choiceOf(ticket.value.custom_status) : ticket.value.status))

  /** Takes a fixed status, or one of the company's own as `custom:7`. */
  async function setStatus(choice: string): Promise<boolean> {
    if (choice === chosenStatus.value) return true
    const { custom } = statusOf(choice, layout.value.statuses)
    if (custom) return change({ custom_status_id: custom.id })
    if (choice === ticket.value.status) return change({ custom_status_id: null })
    return change({ status: choice })
  }

  return { wake, can, isMine, change, claim, setStatus, statusChoices, chosenStatus, colleagues, groups, categories, types }
}

/** Values with some of them changed; empty ones are absent. */
function merged(values: Values, changes: Values): Values {
  return Object.fromEntries(Object.entries({ ...values, ...changes }).filter(([, value]) => value !== null))
}
