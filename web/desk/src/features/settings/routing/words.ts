/** What the menu needs; the pages bring the rest (i18n.ts). */
export default {
  zh: { queues: { title: '队列' }, skills: { title: '技能与容量' }, presence: { title: '在岗状态' } },
  en: { queues: { title: 'Queues' }, skills: { title: 'Skills and capacity' }, presence: { title: 'Presence' } },
}
