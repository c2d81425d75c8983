import { useQueryClient } from '@tanstack/vue-query'
import { NButton, useMessage } from 'naive-ui'
import { computed, h, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError, isApiError, newIdempotencyKey } from '@/app/api/client'
import { useErrorText } from '@/app/api/words'
import { keys } from '@/app/queries'
import { useSession } from '@/app/session'
import { ticketApi } from '../api'
import { noteMissing } from '../forms/missing'
import { statusOf } from '../forms/statusChoice'
import { useLayout } from '../forms/useLayout'
import { addEntry, patchTicket } from '../cache'
import { useColleagues, useGroups } from '../directory'
import { gapsIn } from '../macros/placing'
import type { Entry, TicketPage } from '../types'
import { changesSince, knownIn } from '../ticket/newsSince'
import { mentionedIn } from './mentioning'
import { graceOf, hold } from './outbox'
import { arrivedEarlier, next, type Outgoing } from './sending'
import { useChanges } from './useChanges'
import { useDraft } from './useDraft'
import { useTurn } from './useTurn'
import { useWording } from './useWording'
import { hasWords, usualRoute, writingOn, type Part, type Writing } from './writing'

export interface Seen {
  version: () => number
  /** whether somebody wrote something that has not been looked at */
  hasNews: () => boolean
  look: () => void
}

/** Writing and sending on one ticket. */
export function useComposer(page: Ref<TicketPage>, seen: Seen, whenSent: (ticketId: number, then: string | null) => void) {
  const { t } = useI18n()
  const client = useQueryClient()
  const message = useMessage()
  const session = useSession()
  const textOf = useErrorText()
  const colleagues = useColleagues()
  const groups = useGroups()
  const layout = useLayout()
  const me = session.staff?.id ?? 0

  const writing = computed(() => writingOn(page.value.ticket.id, me))
  const part = computed(() => writing.value[writing.value.mode])
  const draft = useDraft(writing)
  const turn = useTurn(page)
  const { changes, lookedAt } = useChanges(page, writing)
  const wording = useWording(writing)

  watch(() => [part.value.text, part.value.files.length], () => change(part.value, { type: 'edited' }))

  const isUploading = computed(() => part.value.files.some((file) => !file.stored && !file.error))
  const isOthersTurn = computed(() => writing.value.mode === 'reply' && turn.other.value !== null)
  const isGapped = computed(() => writing.value.mode === 'reply' && gapsIn(part.value.text).some((gap) => gap.isOurs || !part.value.isRawMeant))
  const canSend = computed(() => hasWords(part.value) && !isUploading.value && part.value.sending.phase !== 'sending' && !isOthersTurn.value && !isGapped.value)

  function change(of: Part, happening: Parameters<typeof next>[1]): void {
    of.sending = next(of.sending, happening)
  }

  function compose(then: string | null): Outgoing {
    const { mode } = writing.value
    const route = writing.value.route ?? usualRoute(page.value.ticket)
    const text = part.value.text.trim()
    return {
      kind: mode,
      text,
      fileIds: part.value.files.flatMap((file) => (file.stored ? [file.stored.id] : [])),
      then: mode === 'reply' ? then : null,
      channelId: route?.channelId,
      to: route?.to,
      cc: route?.cc ?? [],
      actions: mode === 'reply' ? part.value.actions : {},
      mentions: mode === 'note' ? mentionedIn(text, colleagues.value) : [],
      mentionedGroups: mode === 'note' ? mentionedIn(text, groups.value) : [],
    }
  }

  async function submit(then: string | null = null): Promise<void> {
    if (!canSend.value) return
    const of = part.value
    change(of, { type: 'submitted', outgoing: compose(then), newKey: newIdempotencyKey() })
    if (of.sending.phase === 'sending') await send(writing.value, of)
  }

  /** Rules warn of words in the reply, and its writer means them. */
  async function meanWords(): Promise<void> {
    const of = part.value
    const { outgoing } = of.sending
    if (!canSend.value) return
    change(of, { type: 'submitted', outgoing: { ...compose(outgoing?.then ?? null), isDespiteWording: true }, newKey: newIdempotencyKey() })
    if (of.sending.phase === 'sending') await send(writing.value, of)
  }

  async function sendAnyway(): Promise<void> {
    const of = part.value
    change(of, { type: 'send anyway' })
    if (of.sending.phase === 'sending') await send(writing.value, of)
  }

  function lookFirst(): void {
    change(part.value, { type: 'look first' })
    seen.look()
  }

  async function send(on: Writing, of: Part): Promise<void> {
    const { outgoing, key, isForced } = of.sending
    if (!outgoing || !key) return
    try {
      await draft.settle(on)
      const entry = outgoing.kind === 'note' ? await postNote(on.ticketId, outgoing, key) : await postReply(on.ticketId, outgoing, key, isForced)
      accepted(on, of, outgoing, entry)
    } catch (error) {
      await failed(on, of, error)
    }
  }

  function postNote(id: number, { text, fileIds, mentions, mentionedGroups }: Outgoing, key: string): Promise<Entry> {
    return ticketApi.note(id, { text, attachment_ids: fileIds, mentions, mentioned_groups: mentionedGroups, idempotency_key: key })
  }

  /** Sent anyway, it goes over whatever changed, but never over a colleague's turn: that is asked for by itself. */
  function postReply(id: number, { text, fileIds, then, channelId, to, cc, actions, isDespite, isDespiteWording }: Outgoing, key: string, isAnyway: boolean): Promise<Entry> {
    const wanted = then === null ? null : statusOf(then, layout.value.statuses)
    return ticketApi.reply(id, {
      text, attachment_ids: fileIds, idempotency_key: key, channel_id: channelId, to, cc, then: wanted?.status ?? null, then_custom_status_id: wanted?.custom?.id, actions, despite_open_children: isDespite, despite_wording: isDespiteWording, seen_version: isAnyway ? undefined : seen.version(),
    })
  }

  function accepted(on: Writing, of: Part, outgoing: Outgoing, entry: Entry): void {
    const isEarlier = arrivedEarlier(of.sending, entry.text)
    const { files } = of
    change(of, { type: 'accepted' })
    addEntry(client, on.ticketId, entry)
    draft.forget(on, outgoing.kind)
    const then = outgoing.then === null ? null : statusOf(outgoing.then, layout.value.statuses)
    if (outgoing.kind === 'reply') {
      turn.ended(on.ticketId)
      patchTicket(client, { id: on.ticketId, waiting_since: null, last_message_from: 'staff', preview: outgoing.text, ...(then ? { status: then.status, custom_status: then.custom } : {}) })
      if (entry.message_id) hold({ ticketId: on.ticketId, staffId: me, messageId: entry.message_id, text: entry.text, files }, graceOf(entry))
    }
    void client.invalidateQueries({ queryKey: keys.ticket(on.ticketId) })
    if (isEarlier) {
      message.warning(t('tickets.composer.earlierArrived'), { duration: 10_000 })
      return // the changed text stays, as a draft of its own
    }
    of.text = ''
    of.files = []
    of.actions = {}
    of.isRawMeant = false
    if (outgoing.kind === 'reply') on.route = null
    whenSent(on.ticketId, then?.status ?? null)
  }

  /** A parent before its children: only when somebody says so; the reply goes as it was meant. */
  function askDespite(on: Writing, of: Part, error: unknown): void {
    const despite = () => {
      toast.destroy()
      const { outgoing } = of.sending
      if (!outgoing) return
      change(of, { type: 'submitted', outgoing: { ...outgoing, isDespite: true }, newKey: newIdempotencyKey() })
      void send(on, of)
    }
    const toast = message.warning(() => h('span', [textOf(error), ' ', h(NButton, { text: true, type: 'primary', onClick: despite }, { default: () => t('tickets.around.despite') })]), { duration: 12_000, closable: true })
  }

  async function failed(on: Writing, of: Part, error: unknown): Promise<void> {
    if (turn.refused(on.ticketId, error)) return change(of, { type: 'given way' })
    if (wording.refused(on, error)) return change(of, { type: 'given way' })
    noteMissing(on.ticketId, error)
    if (isApiError(error, 'tickets.open_children')) askDespite(on, of, error)
    const isConflict = isApiError(error, 'tickets.changed_meanwhile')
    if (isConflict) {
      const shown = knownIn(page.value.timeline.items)
      await client.refetchQueries({ queryKey: keys.ticket(on.ticketId) })
      const isStillShown = page.value.ticket.id === on.ticketId
      const fresh = client.getQueryData<TicketPage>(keys.ticket(on.ticketId))?.timeline.items ?? [] // sooner than it is drawn
      if (isStillShown && !seen.hasNews() && changesSince(fresh, shown, me).length === 0) {
        // only a label changed, or what stood beside the composer already: nothing to look at before sending
        change(of, { type: 'refused', error, isConflict })
        change(of, { type: 'send anyway' })
        return send(on, of)
      }
    }
    const isDefinite = error instanceof ApiError && error.status < 500
    change(of, isDefinite ? { type: 'refused', error, isConflict } : { type: 'unanswered', error })
  }

  return { writing, part, canSend, isUploading, submit, sendAnyway, lookFirst, draft, turn, isGapped, changes, lookedAt, wording, meanWords }
}
