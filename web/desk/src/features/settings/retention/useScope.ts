import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RuleDraft, Scopes } from './api'

/** What a rule is for, as one value of a choice: `all`, `kind:email` or `channel:3`. */
export type ScopeValue = string

export const scopeOf = (rule: Pick<RuleDraft, 'channel_id' | 'channel_kind'>): ScopeValue =>
  rule.channel_id !== null ? `channel:${rule.channel_id}` : rule.channel_kind ? `kind:${rule.channel_kind}` : 'all'

export function scopeFrom(value: ScopeValue): Pick<RuleDraft, 'channel_id' | 'channel_kind'> {
  const [what, which = ''] = value.split(':')
  return { channel_id: what === 'channel' ? Number(which) : null, channel_kind: what === 'kind' ? which : '' }
}

export function useScopeOptions(scopes: ComputedRef<Scopes | undefined>): ComputedRef<Array<{ value: ScopeValue; label: string }>> {
  const { t, locale } = useI18n()
  return computed(() => [
    { value: 'all', label: t('settings.retention.all') },
    ...(scopes.value?.kinds ?? []).map((kind) => ({ value: `kind:${kind.kind}`, label: t('settings.retention.kind', { name: locale.value === 'en' ? kind.name_en : kind.name_zh }) })),
    ...(scopes.value?.channels ?? []).map((channel) => ({ value: `channel:${channel.id}`, label: channel.name })),
  ])
}
