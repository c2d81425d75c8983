/** Words of the settings; each section keeps its own beside its pages. */
import assist from './assist/words'
import audit from './audit/words'
import automation from './automation/words'
import calendars from './calendars/words'
import categories from './categories/words'
import checklists from './checklists/words'
import channels from './channels/words'
import company from './company/words'
import fields from './fields/words'
import followups from './followups/words'
import forms from './forms/words'
import groups from './groups/words'
import macros from './macros/words'
import notifications from './notifications/words'
import people from './people/words'
import procedures from './procedures/words'
import retention from './retention/words'
import roles from './roles/words'
import sla from './sla/words'
import routing from './routing/words'
import senders from './senders/words'
import statuses from './statuses/words'
import templates from './templates/words'
import tickets from './tickets/words'
import tokens from './tokens/words'
import types from './types/words'
import wording from './wording/words'
import webhooks from './webhooks/words'

const parts = { assist, audit, automation, calendars, categories, channels, checklists, company, fields, followups, forms, groups, macros, notifications, people, procedures, retention, roles, senders, routing, sla, statuses, templates, tickets, tokens, types, webhooks, wording }
const of = <L extends 'zh' | 'en'>(language: L) => Object.fromEntries(Object.entries(parts).map(([name, words]) => [name, words[language]]))

const zh = {
  title: '设置',
  part: { channels: '渠道与接口', people: '团队', work: '工单', system: '系统' },
  nothingTitle: '没有你可以更改的设置',
  nothingBody: '个人资料、语言和安全设置在左下角头像菜单里。其他设置请联系管理员。',
}

const en: typeof zh = {
  title: 'Settings',
  part: { channels: 'Channels and interfaces', people: 'Team', work: 'Tickets', system: 'System' },
  nothingTitle: 'There is nothing here for you to change',
  nothingBody: 'Your profile, language and security are in the menu under your picture. Ask an administrator about the rest.',
}

export default { zh: { ...zh, ...of('zh') }, en: { ...en, ...of('en') } }
