import { useQueryClient } from '@tanstack/vue-query'
import { computed, nextTick, ref, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { newIdempotencyKey } from '@/app/api/client'
import { keys } from '@/app/queries'
import { useToast } from '@/ui/useToast'
import { patchTicket } from '../cache'
import { uploadedAlready } from '../composer/keptDraft'
import type { Writing } from '../composer/writing'
import { MACROS, macroApi, type Actions, type SuggestedMacro } from './api'
import { together } from './actions'
import { askedBefore, gapsIn, place } from './placing'

/** Prepared answers in the composer: a semicolon asks for them. */
export function useScripts(writing: Ref<Writing>, field: Ref<HTMLTextAreaElement | null>) {
  const { t } = useI18n()
  const client = useQueryClient()
  const toast = useToast()
  /** what is asked for behind the semicolon; null while nothing is */
  const asked = ref<string | null>(null)
  const part = computed(() => writing.value[writing.value.mode])
  const gaps = computed(() => (writing.value.mode === 'reply' ? gapsIn(part.value.text) : []))

  watch(() => [writing.value.ticketId, writing.value.mode], () => (asked.value = null))

  function hear(el: HTMLTextAreaElement): void {
    asked.value = askedBefore(el.value, el.selectionStart)
  }

  /** By button or key, where the caret stands. */
  function ask(): void {
    const el = field.value
    if (!el) return
    el.focus()
    if (askedBefore(el.value, el.selectionStart) === null) {
      const before = el.value[el.selectionStart - 1]
      el.setRangeText(before && !/\s/.test(before) ? ' ;' : ';', el.selectionStart, el.selectionEnd, 'end')
      el.dispatchEvent(new Event('input', { bubbles: true }))
    }
    asked.value = ''
  }

  async function choose(macro: SuggestedMacro): Promise<void> {
    const el = field.value
    const { ticketId } = writing.value
    asked.value = null
    if (!el) return
    const placed = place(el.value, el.selectionStart, macro.filled.text)
    part.value.text = placed.text
    part.value.files.push(...macro.attachments.map(uploadedAlready))
    void nextTick(() => {
      el.focus()
      el.setSelectionRange(placed.start, placed.end)
    })
    const hasActions = Object.keys(macro.actions).length > 0
    if (hasActions && !macro.text.trim()) return apply(ticketId, macro)
    if (hasActions && writing.value.mode === 'reply') part.value.actions = together(part.value.actions, macro.actions as Actions)
    await macroApi.used(macro.id).catch(() => undefined) // a count, nothing to bother the writer with
    void client.invalidateQueries({ queryKey: MACROS, refetchType: 'none' })
  }

  async function apply(ticketId: number, macro: SuggestedMacro): Promise<void> {
    try {
      patchTicket(client, await macroApi.apply(ticketId, macro.id, newIdempotencyKey()))
      toast.done(t('tickets.macros.applied', { name: macro.name }))
    } catch (error) {
      toast.failed(error)
    } finally {
      void client.invalidateQueries({ queryKey: keys.ticket(ticketId) })
    }
  }

  function leaveOut(name: keyof Actions): void {
    part.value.actions = Object.fromEntries(Object.entries(part.value.actions).filter(([one]) => one !== name))
  }

  function goToGap(): void {
    const gap = gaps.value[0]
    if (!gap || !field.value) return
    field.value.focus()
    field.value.setSelectionRange(gap.start, gap.end)
  }

  /** What looks like a placeholder is meant for the customer's eyes. */
  const meanIt = () => (part.value.isRawMeant = true)

  return { asked, gaps, hear, ask, choose, leaveOut, goToGap, meanIt }
}
