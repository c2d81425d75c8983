import type { Values } from './types'

/** Servers of the mail hosts most companies use; the person adds address and password. */
export interface Preset {
  name: string
  /** ends of addresses that are at home here */
  domains?: string[]
  values: Values
}

const servers = (imap: string, smtp: string, smtpPort = 465, smtpSecurity = 'tls'): Values => ({
  imap_host: imap,
  imap_port: 993,
  imap_security: 'tls',
  smtp_host: smtp,
  smtp_port: smtpPort,
  smtp_security: smtpSecurity,
})

export const presets: Preset[] = [
  { name: 'exmail', values: servers('imap.exmail.qq.com', 'smtp.exmail.qq.com') },
  { name: 'alimail', values: servers('imap.qiye.aliyun.com', 'smtp.qiye.aliyun.com') },
  { name: 'netease', values: servers('imap.qiye.163.com', 'smtp.qiye.163.com') },
  { name: 'qq', domains: ['qq.com', 'foxmail.com', 'vip.qq.com'], values: servers('imap.qq.com', 'smtp.qq.com') },
  { name: 'mail163', domains: ['163.com'], values: servers('imap.163.com', 'smtp.163.com') },
  { name: 'gmail', domains: ['gmail.com'], values: servers('imap.gmail.com', 'smtp.gmail.com') },
  { name: 'microsoft', domains: ['outlook.com', 'hotmail.com', 'live.com'], values: { ...servers('outlook.office365.com', 'smtp.office365.com', 587, 'starttls'), sign_in: 'microsoft' } },
  { name: 'other', values: {} },
]

/** The provider an address is at home with, where its domain tells. */
export function presetFor(address: unknown): Preset | undefined {
  const domain = String(address ?? '').split('@')[1]?.toLowerCase()
  return domain ? presets.find((preset) => preset.domains?.includes(domain)) : undefined
}
