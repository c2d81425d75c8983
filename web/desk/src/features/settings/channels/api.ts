import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { api } from '@/app/api/client'
import { keys, queryClient } from '@/app/queries'
import type { Finding } from '@/ui/findings'
import type { Channel, ChannelKind, Values } from './types'

export function useChannels() {
  return useQuery({ queryKey: keys.channels, queryFn: () => api.get<Channel[]>('/channels') })
}

export function useChannelKinds() {
  return useQuery({ queryKey: [...keys.channels, 'kinds'], queryFn: () => api.get<ChannelKind[]>('/channels/kinds'), staleTime: 60_000 })
}

export function useChannel(id: MaybeRefOrGetter<number | null>) {
  return useQuery({
    queryKey: computed(() => [...keys.channels, 'one', toValue(id)]),
    queryFn: () => api.get<Channel>(`/channels/${toValue(id)}`),
    enabled: computed(() => toValue(id) !== null),
  })
}

export interface ChannelBody {
  name: string
  values: Values
  default_group_id: number | null
  default_region: string
  active: boolean
}

export async function saveChannel(kind: string, id: number | null, body: ChannelBody): Promise<Channel> {
  const saved = id === null ? await api.post<Channel>('/channels', { kind, ...body }) : await api.patch<Channel>(`/channels/${id}`, body)
  await queryClient.invalidateQueries({ queryKey: keys.channels })
  return saved
}

/** A live test of what the form says now, saved or not. */
export async function checkChannel(kind: string, id: number | null, body: ChannelBody): Promise<Finding[]> {
  const { findings } = await api.post<{ findings: Finding[] }>('/channels/check', { kind, id, ...body })
  return findings
}
