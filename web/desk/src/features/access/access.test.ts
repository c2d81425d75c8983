import { afterEach, describe, expect, it, vi } from 'vitest'
import { askAuth, pendingFlow, wantsReauthentication, type AuthAnswer } from './allauth'
import { bytes, canUsePasskeys, text, wasDeclined } from './passkey'
import { guarded, question } from './reauthentication'
import { safePath } from './useSignIn'

const answer = (status: number, flows: object[] = []): AuthAnswer => ({ status, data: { flows }, meta: {}, errors: [] })

describe('after signing in', () => {
  it('one goes only to pages of this application', () => {
    expect(safePath('/tickets/12?x=1')).toBe('/tickets/12?x=1')
    for (const elsewhere of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', undefined, ['/a']]) expect(safePath(elsewhere)).toBe('/')
  })
})

describe('the account API', () => {
  afterEach(() => vi.unstubAllGlobals())
  const respond = (status: number, body: unknown, type = 'application/json') =>
    vi.stubGlobal('fetch', vi.fn().mockResolvedValue(new Response(JSON.stringify(body), { status, headers: { 'content-type': type } })))

  it('gives refusals as answers', async () => {
    respond(400, { status: 400, errors: [{ code: 'email_password_mismatch', message: 'x', param: 'password' }] })
    expect(await askAuth('POST', '/auth/login', {})).toMatchObject({ status: 400, errors: [{ code: 'email_password_mismatch' }] })
  })

  it('knows a pending second step', async () => {
    respond(401, { data: { flows: [{ id: 'login' }, { id: 'mfa_authenticate', is_pending: true, types: ['totp'] }] } })
    expect(pendingFlow(await askAuth('POST', '/auth/login', {}), 'mfa_authenticate')?.types).toEqual(['totp'])
  })

  it('raises what is not its own: a lost CSRF token, a proxy out of order', async () => {
    respond(403, { code: 'csrf', detail: '页面已过期', status: 403 }, 'application/problem+json')
    await expect(askAuth('POST', '/auth/login', {})).rejects.toMatchObject({ code: 'csrf' })
    respond(502, {}, 'text/html')
    await expect(askAuth('GET', '/config')).rejects.toMatchObject({ status: 502 })
  })
})

describe('a guarded action', () => {
  const again = answer(401, [{ id: 'reauthenticate' }])

  it('is asked for once where nobody doubts', async () => {
    const ask = vi.fn().mockResolvedValue(answer(200))
    expect((await guarded(ask)).status).toBe(200)
    expect(ask).toHaveBeenCalledOnce()
  })

  it('asks the person and tries again', async () => {
    const ask = vi.fn().mockResolvedValueOnce(again).mockResolvedValueOnce(answer(200))
    const done = guarded(ask)
    await vi.waitFor(() => expect(question.value?.flows).toEqual(['reauthenticate']))
    question.value?.settle(true)
    expect((await done).status).toBe(200)
    expect(question.value).toBeNull()
  })

  it('changes nothing when the person declines', async () => {
    const ask = vi.fn().mockResolvedValue(again)
    const done = guarded(ask)
    await vi.waitFor(() => expect(question.value).not.toBeNull())
    question.value?.settle(false)
    expect((await done).errors).toEqual([{ code: 'reauthentication_declined', message: '' }])
    expect(ask).toHaveBeenCalledOnce()
  })

  it('is told apart from being signed out', () => {
    expect(wantsReauthentication(again)).toBe(true)
    expect(wantsReauthentication(answer(401, [{ id: 'login' }]))).toBe(false)
  })
})

describe('passkeys', () => {
  it('keep every byte on the way to JSON and back', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i)
    expect([...bytes(text(all.buffer))]).toEqual([...all])
    expect(text(all.buffer)).not.toMatch(/[+/=]/)
  })

  it('are offered only where browsers make them', () => {
    vi.stubGlobal('isSecureContext', true)
    vi.stubGlobal('PublicKeyCredential', class {})
    expect(canUsePasskeys('desk.example.cn')).toBe(true)
    expect(canUsePasskeys('localhost')).toBe(true)
    expect(canUsePasskeys('192.168.1.5')).toBe(false)
    expect(canUsePasskeys('[::1]')).toBe(false)
    vi.unstubAllGlobals()
  })

  it('take a closed question for a refusal, not a failure', () => {
    expect(wasDeclined(new DOMException('', 'NotAllowedError'))).toBe(true)
    expect(wasDeclined(new DOMException('', 'SecurityError'))).toBe(false)
  })
})
