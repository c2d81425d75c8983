import { ApiError, OfflineError, problemOf } from './problem'

export { ApiError, OfflineError, isApiError } from './problem'

export type Query = Record<string, string | number | boolean | null | undefined | Array<string | number>>

export interface CallOptions {
  query?: Query
  signal?: AbortSignal
  /** Sent as Idempotency-Key: the same key makes the server answer twice and act once. */
  idempotencyKey?: string
  headers?: Record<string, string>
  /** Goes out though the page is left. */
  keepalive?: boolean
}

const BASE = '/api/v1'
/** After so long without an answer the server counts as not reached. What is left behind or carries files may take longer. */
const PATIENCE = { read: 30_000, write: 90_000 }

let language = 'zh-CN'
let whenSignedOut: () => void = () => undefined

/** The language in which the server words its errors. */
export function speak(locale: string): void {
  language = locale
}

/** What to do when the server says the session is over. */
export function onSignedOut(react: () => void): void {
  whenSignedOut = react
}

export const api = {
  get: <T>(path: string, options?: CallOptions) => call<T>('GET', path, undefined, options),
  post: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>('POST', path, body, options),
  put: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>('PUT', path, body, options),
  patch: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>('PATCH', path, body, options),
  delete: <T>(path: string, options?: CallOptions) => call<T>('DELETE', path, undefined, options),
}

/** A key for one intention of one person; keep it for as long as the intention is retried. */
export function newIdempotencyKey(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID()
  // over plain http on a local network randomUUID does not exist
  return Array.from((crypto as Crypto).getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const underWay = new Map<string, Promise<unknown>>()

/** What is being sent is not sent a second time: whoever presses twice hears the one answer. What can be called off is a question, and asked anew. */
function call<T>(method: string, path: string, body: unknown, options: CallOptions = {}): Promise<T> {
  if (method === 'GET' || body instanceof FormData || options.signal) return callOnce<T>(method, path, body, options)
  const what = JSON.stringify([method, path, options.query, body, options.idempotencyKey])
  const before = underWay.get(what) as Promise<T> | undefined
  if (before) return before
  const calling = callOnce<T>(method, path, body, options).finally(() => underWay.delete(what))
  underWay.set(what, calling)
  return calling
}

async function callOnce<T>(method: string, path: string, body: unknown, options: CallOptions): Promise<T> {
  const response = await send(method, address(path, options.query), body, options)
  if (response.ok) return (await unlessTooLate(content(response))) as T
  const problem = await problemOf(response)
  if (response.status === 401) whenSignedOut()
  throw new ApiError(problem)
}

/** One request with the session's credentials; the caller judges the status. */
export async function send(method: string, url: string, body?: unknown, options: CallOptions = {}): Promise<Response> {
  const headers: Record<string, string> = {
    Accept: 'application/json, application/problem+json',
    'Accept-Language': language,
    ...options.headers,
  }
  if (method !== 'GET') headers['X-CSRFToken'] = cookie('csrftoken')
  if (options.idempotencyKey) headers['Idempotency-Key'] = options.idempotencyKey
  const isForm = body instanceof FormData
  if (body !== undefined && !isForm) headers['Content-Type'] = 'application/json'
  const waits = options.keepalive || isForm ? undefined : AbortSignal.timeout(method === 'GET' ? PATIENCE.read : PATIENCE.write)
  const signals = [options.signal, waits].filter((one) => one !== undefined)
  try {
    return await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      signal: AbortSignal.any(signals),
      keepalive: options.keepalive,
      body: body === undefined ? undefined : isForm ? body : JSON.stringify(body),
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new OfflineError(error)
  }
}

async function unlessTooLate<T>(reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    throw error instanceof DOMException && error.name === 'TimeoutError' ? new OfflineError(error) : error
  })
}

function address(path: string, query?: Query): string {
  const url = path.startsWith('/_allauth') || path.startsWith(BASE) ? path : BASE + path
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === null || value === undefined || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one))
  }
  const text = search.toString()
  return text ? `${url}?${text}` : url
}

async function content(response: Response): Promise<unknown> {
  if (response.status === 204 || response.status === 205) return undefined
  const text = await response.text()
  return text ? JSON.parse(text) : undefined
}

export function cookie(name: string): string {
  const found = document.cookie.split('; ').find((part) => part.startsWith(`${name}=`))
  return found ? decodeURIComponent(found.slice(name.length + 1)) : ''
}
