import type { Values } from './types'

/** Servers of the mail hosts most companies use; the person adds address and password. */
export interface Preset {
  name: string
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
  { name: 'qq', values: servers('imap.qq.com', 'smtp.qq.com') },
  { name: 'mail163', values: servers('imap.163.com', 'smtp.163.com') },
  { name: 'gmail', values: servers('imap.gmail.com', 'smtp.gmail.com') },
  { name: 'microsoft', values: servers('outlook.office365.com', 'smtp.office365.com', 587, 'starttls') },
  { name: 'other', values: {} },
]
