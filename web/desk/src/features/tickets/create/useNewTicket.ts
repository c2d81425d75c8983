import { useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { newIdempotencyKey } from '@/app/api/client'
import { keys } from '@/app/queries'
import { ticketApi } from '../api'
import { ROWS } from '../cache'
import { isAddress } from '../composer/addresses'
import { lineageOf, linesFor, missingLines } from '../forms/forming'
import type { Template, Values } from '../forms/types'
import { useLayout } from '../forms/useLayout'
import type { Priority } from '../types'

export interface Chosen {
  id: number
  name: string
}

/** A letter to a customer that opens a ticket. */
export function useNewTicket(customer: Chosen | null) {
  const { t } = useI18n()
  const client = useQueryClient()
  const key = newIdempotencyKey() // one dialog, one ticket, however often it is sent
  const form = ref({
    isNew: false,
    customer,
    name: '',
    email: '',
    subject: '',
    text: '',
    groupId: null as number | null,
    priority: 2 as Priority,
    typeId: null as number | null,
    categoryId: null as number | null,
    tags: [] as string[],
    fields: {} as Values,
  })
  const layout = useLayout()
  const lines = computed(() => linesFor(layout.value, form.value.typeId))
  const situation = computed(() => ({ lineage: lineageOf(layout.value.categories, form.value.categoryId), type_id: form.value.typeId, values: form.value.fields }))
  const missing = computed(() => missingLines(lines.value, situation.value, false).map((line) => line.key))
  const wasTried = ref(false)
  const isSending = ref(false)
  const error = ref<unknown>(null)

  const problems = computed(() => ({
    customer: form.value.isNew || form.value.customer ? '' : t('tickets.create.pick'),
    email: !form.value.isNew || isAddress(form.value.email) ? '' : t('tickets.create.badEmail'),
    subject: form.value.subject.trim() ? '' : t('tickets.create.subjectMissing'),
    text: form.value.text.trim() ? '' : t('tickets.create.textMissing'),
    fields: missing.value.length ? t('tickets.forms.missing') : '',
  }))
  const shown = (field: keyof typeof problems.value) => (wasTried.value ? problems.value[field] : '')

  /** The id of the new ticket; null when something is missing or the server refused. */
  async function send(): Promise<number | null> {
    wasTried.value = true
    if (isSending.value || Object.values(problems.value).some(Boolean)) return null
    isSending.value = true
    error.value = null
    try {
      const ticket = await ticketApi.create(body())
      void client.invalidateQueries({ queryKey: ROWS })
      void client.invalidateQueries({ queryKey: keys.ticketCounts })
      return ticket.id
    } catch (failure) {
      error.value = failure
      return null
    } finally {
      isSending.value = false
    }
  }

  function body() {
    const { isNew, customer: chosen, name, email, subject, text, groupId, priority, typeId, categoryId, tags, fields } = form.value
    const who = isNew ? { customer_name: name.trim(), customer_email: email.trim() } : { customer_id: chosen?.id }
    return { ...who, subject: subject.trim(), text: text.trim(), group_id: groupId, priority, type_id: typeId, category_id: categoryId, tags, fields, idempotency_key: key }
  }

  function setField(key: string, value: unknown): void {
    form.value.fields = Object.fromEntries(Object.entries({ ...form.value.fields, [key]: value }).filter(([, one]) => one !== null))
  }

  /** Fills in what the template has; who it is for stays. */
  function use(template: Template): void {
    const { subject, text, group_id: groupId, type_id: typeId, category_id: categoryId, tags, fields } = template
    Object.assign(form.value, { subject, text, groupId, typeId, categoryId, tags: [...tags], fields: { ...fields }, priority: template.priority })
  }

  return { form, shown, isSending, error, send, layout, lines, situation, missing: computed(() => (wasTried.value ? missing.value : [])), setField, use }
}
