import { describe, expect, it } from 'vitest'
import { arrange } from './arranging'
import { inboundExample } from './examples'
import { addressOf } from './kinds'
import { presetFor } from './presets'
import type { Channel, ChannelKind, FormField } from './types'

const field = (name: string): FormField => ({ name, type: 'text', zh: name, en: name, required: false, secret: false })
const kind = (name: string, ...fields: string[]): ChannelKind => ({ kind: name, name_zh: '', name_en: '', form: fields.map(field) })
const names = (made: ReturnType<typeof arrange>) => made.map((part) => [part.name, part.fields.map((one) => one.name)])

describe('the form of a channel', () => {
  const mailbox = kind('email', 'address', 'sign_in', 'password', 'imap_host', 'imap_folder', 'smtp_host', 'oauth_client_id', 'oauth_tenant', 'aliases')

  it('asks for one way of signing in', () => {
    expect(names(arrange(mailbox, { sign_in: 'password' }))).toEqual([
      ['address', ['address', 'sign_in', 'password']],
      ['receiving', ['imap_host']],
      ['sending', ['smtp_host']],
      ['advanced', ['imap_folder', 'aliases']],
    ])
    expect(names(arrange(mailbox, { sign_in: 'microsoft' })).flat(2)).toContain('oauth_tenant')
    expect(names(arrange(mailbox, { sign_in: 'google' })).flat(2)).not.toContain('oauth_tenant')
    expect(names(arrange(mailbox, { sign_in: 'google' })).flat(2)).not.toContain('password')
  })

  it('never loses a field it does not know', () => {
    expect(names(arrange(kind('wechat', 'app_id', 'allowed_origins'), {}))).toEqual([['sites', ['allowed_origins']], ['more', ['app_id']]])
  })

  it('leaves out the secrets the server makes', () => {
    expect(arrange(kind('chat', 'identity_secret', 'previous_identity_secret'), {})).toEqual([])
  })
})

it('knows the servers of common providers by the address', () => {
  expect(presetFor('kefu@qq.com')?.values.imap_host).toBe('imap.qq.com')
  expect(presetFor('help@Outlook.com')?.values).toMatchObject({ sign_in: 'microsoft', smtp_port: 587, smtp_security: 'starttls' })
  expect(presetFor('kefu@yunshan.example')).toBeUndefined()
  expect(presetFor(null)).toBeUndefined()
})

it('tells channels apart by address, sites or key', () => {
  const channel = (values: object) => ({ key: 'k1', values }) as Channel
  expect(addressOf(channel({ address: 'kefu@example.cn' }))).toBe('kefu@example.cn')
  expect(addressOf(channel({ allowed_origins: ['https://a.example', 'http://b.example:8080'] }))).toBe('a.example, b.example:8080')
  expect(addressOf(channel({}))).toBe('k1')
})

it('writes an example that is JSON inside', () => {
  const example = inboundExample('https://desk.example', 'KEY', 'zh-CN')
  expect(example).toContain('https://desk.example/api/v1/channels/KEY/messages')
  expect(JSON.parse(example.slice(example.indexOf("'{") + 1, example.lastIndexOf("'"))).sender).toEqual({ kind: 'email', value: 'mei@example.com', name: '林梅' })
})
