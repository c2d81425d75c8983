/** What the menu needs; the pages bring the rest (i18n.ts). */
export default { zh: { title: '智能辅助' }, en: { title: 'Assistance' } }
