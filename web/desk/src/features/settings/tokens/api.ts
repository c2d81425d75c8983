import { useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import { queryClient } from '@/app/queries'

export interface Token {
  id: number
  name: string
  prefix: string
  scopes: string[]
  created_at: string
  expires_at: string
  last_used_at: string | null
}

export interface NewToken extends Token {
  /** the key itself: never told again */
  token: string
}

const key = ['tokens']

export function useTokens() {
  return useQuery({ queryKey: key, queryFn: () => api.get<Token[]>('/tokens') })
}

export async function createToken(body: { name: string; scopes: string[]; days: number }): Promise<NewToken> {
  const made = await api.post<NewToken>('/tokens', body)
  await queryClient.invalidateQueries({ queryKey: key })
  return made
}

export async function revokeToken(id: number): Promise<void> {
  await api.delete(`/tokens/${id}`)
  await queryClient.invalidateQueries({ queryKey: key })
}
