import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { queryClient } from '@/app/queries'
import { askAuth, type AuthAnswer } from './allauth'
import { makePasskey } from './passkey'
import { guarded } from './reauthentication'

export interface Authenticator {
  type: 'totp' | 'recovery_codes' | 'webauthn'
  created_at: number
  last_used_at: number | null
  id?: number
  name?: string
  total_code_count?: number
  unused_code_count?: number
}

const key = ['auth', 'authenticators']
const refresh = () => queryClient.invalidateQueries({ queryKey: key })
const PLACE = '/account/authenticators'

/** The second factors of the person who is signed in. */
export function useAuthenticators() {
  const query = useQuery({ queryKey: key, queryFn: async () => (await askAuth<Authenticator[]>('GET', PLACE)).data })
  const all = computed(() => (Array.isArray(query.data.value) ? query.data.value : []))
  return {
    ...query,
    totp: computed(() => all.value.find((one) => one.type === 'totp')),
    recovery: computed(() => all.value.find((one) => one.type === 'recovery_codes')),
    passkeys: computed(() => all.value.filter((one) => one.type === 'webauthn')),
  }
}

/** A fresh secret to put into an authenticator app; null with the refusal when there can be none. */
export async function beginTotp(): Promise<{ secret: string; url: string } | AuthAnswer> {
  const answer = await guarded(() => askAuth('GET', `${PLACE}/totp`))
  if (answer.status !== 404) return answer // 404 is "none yet" and brings the secret
  return { secret: String(answer.meta.secret), url: String(answer.meta.totp_url) }
}

export async function confirmTotp(code: string): Promise<AuthAnswer> {
  return thenRefresh(await guarded(() => askAuth('POST', `${PLACE}/totp`, { code })))
}

export async function removeTotp(): Promise<AuthAnswer> {
  return thenRefresh(await guarded(() => askAuth('DELETE', `${PLACE}/totp`)))
}

export async function addPasskey(name: string): Promise<AuthAnswer> {
  const begun = await guarded(() => askAuth<{ creation_options: Parameters<typeof makePasskey>[0] }>('GET', `${PLACE}/webauthn?passwordless`))
  if (begun.status !== 200) return begun as unknown as AuthAnswer
  const credential = await makePasskey(begun.data.creation_options)
  return thenRefresh(await guarded(() => askAuth('POST', `${PLACE}/webauthn`, { name, credential })))
}

export async function removePasskey(id: number): Promise<AuthAnswer> {
  return thenRefresh(await guarded(() => askAuth('DELETE', `${PLACE}/webauthn`, { authenticators: [id] })))
}

export interface RecoveryCodes {
  unused_codes?: string[]
  unused_code_count?: number
}

export async function newRecoveryCodes(): Promise<AuthAnswer<RecoveryCodes>> {
  return thenRefresh(await guarded(() => askAuth<RecoveryCodes>('POST', `${PLACE}/recovery-codes`, {})))
}

export async function readRecoveryCodes(): Promise<AuthAnswer<RecoveryCodes>> {
  return guarded(() => askAuth<RecoveryCodes>('GET', `${PLACE}/recovery-codes`))
}

function thenRefresh<T>(answer: AuthAnswer<T>): AuthAnswer<T> {
  if (answer.status < 300) void refresh()
  return answer
}
