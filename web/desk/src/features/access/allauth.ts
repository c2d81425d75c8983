import { ApiError, problemOf } from '@/app/api/problem'
import { send } from '@/app/api/client'

/** The account API of django-allauth (headless, browser client): a refusal is an answer here, not an exception. */
export interface AuthAnswer<T = Record<string, unknown>> {
  status: number
  data: T
  meta: Record<string, unknown>
  errors: AuthError[]
}

export interface AuthError {
  message: string
  code: string
  param?: string
}

export interface Flow {
  id: string
  is_pending?: boolean
  types?: string[]
}

export interface Provider {
  id: string
  name: string
  flows: string[]
}

export interface AuthConfig {
  socialaccount?: { providers: Provider[] }
  mfa?: { supported_types: string[]; passkey_login_enabled: boolean }
}

const BASE = '/_allauth/browser/v1'

export async function askAuth<T = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<AuthAnswer<T>> {
  const response = await send(method, BASE + path, body, { headers })
  const type = response.headers.get('content-type') ?? ''
  if (type.includes('problem+json') || !type.includes('json')) throw new ApiError(await problemOf(response))
  const answer = (await response.json()) as Partial<AuthAnswer<T>>
  return {
    status: response.status,
    data: (answer.data ?? {}) as T,
    meta: answer.meta ?? {},
    errors: answer.errors ?? [],
  }
}

export function flowsOf(answer: AuthAnswer<unknown>): Flow[] {
  return ((answer.data as { flows?: Flow[] }).flows ?? [])
}

export function pendingFlow(answer: AuthAnswer<unknown>, id: string): Flow | undefined {
  return flowsOf(answer).find((flow) => flow.id === id && flow.is_pending)
}

/** The server wants to see a password or code again before it does this. */
export function wantsReauthentication(answer: AuthAnswer<unknown>): boolean {
  return answer.status === 401 && flowsOf(answer).some((flow) => flow.id.endsWith('reauthenticate'))
}

/** Leaves for the identity provider; a real form, because its answer is a redirect. */
export function redirectToProvider(provider: string, callback: string, csrf: string): void {
  const form = document.createElement('form')
  form.method = 'POST'
  form.action = `${BASE}/auth/provider/redirect`
  const fields = { provider, process: 'login', callback_url: callback, csrfmiddlewaretoken: csrf }
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement('input')
    input.type = 'hidden'
    input.name = name
    input.value = value
    form.append(input)
  }
  document.body.append(form)
  form.submit()
}
