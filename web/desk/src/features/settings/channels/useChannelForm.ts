import { useMutation } from '@tanstack/vue-query'
import { computed, reactive, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { fieldErrors } from '@/app/api/fields'
import type { Finding } from '@/ui/findings'
import { checkChannel, saveChannel, type ChannelBody } from './api'
import type { Channel, ChannelKind, FormField, Values } from './types'

/** The state of one channel's form: what is filled in, what is wrong, what a live test found. */
export function useChannelForm(kind: ChannelKind, channel: Channel | null, suggestedName: string) {
  const { t } = useI18n()
  const form = reactive<ChannelBody>({
    name: channel?.name ?? suggestedName,
    values: initial(kind.form, channel?.values ?? {}),
    default_group_id: channel?.default_group_id ?? null,
    default_region: channel?.default_region ?? '',
    active: channel?.active ?? true,
  })
  const kept = ref(JSON.stringify(form))
  const isChanged = computed(() => JSON.stringify(form) !== kept.value)
  const findings = ref<Finding[] | null>(null)
  const body = (): ChannelBody => ({ ...form, name: form.name.trim(), values: sendable(kind.form, form.values) })

  const save = useMutation({
    mutationFn: () => saveChannel(kind.kind, channel?.id ?? null, body()),
    onSuccess: () => (kept.value = JSON.stringify(form)),
  })
  const check = useMutation({
    mutationFn: () => checkChannel(kind.kind, channel?.id ?? null, body()),
    onSuccess: (found) => (findings.value = found),
    onError: () => (findings.value = null),
  })
  const errors = computed(() => {
    const told = { ...fieldErrors(check.error.value), ...fieldErrors(save.error.value) }
    return Object.fromEntries(Object.entries(told).map(([name, code]) => [name, code === 'required' ? t('ui.required') : t('settings.channels.badField')]))
  })

  return { form, isChanged, findings, save, check, errors }
}

function initial(fields: FormField[], known: Values): Values {
  return Object.fromEntries(fields.map((field) => [field.name, copied(known[field.name] ?? field.default ?? blank(field))]))
}

/** Structures are edited in place of the form; what the server told stays as it is. */
const copied = (value: unknown): unknown => (value !== null && typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value)

function blank(field: FormField): unknown {
  if (field.type === 'list') return []
  if (field.type === 'bool') return false
  if (field.type === 'number') return null
  return ''
}

/** Numbers left empty are left out; lines of a list that say nothing as well. */
function sendable(fields: FormField[], values: Values): Values {
  const said: Values = {}
  for (const field of fields) {
    const value = values[field.name]
    if (value === null || value === undefined) continue
    said[field.name] = field.type === 'list' ? (value as string[]).map((line) => line.trim()).filter(Boolean) : typeof value === 'string' ? value.trim() : value
  }
  return said
}
