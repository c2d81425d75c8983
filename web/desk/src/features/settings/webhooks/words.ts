/** What the menu needs; the pages bring the rest (i18n.ts). */
export default { zh: { title: '网络钩子' }, en: { title: 'Web-hooks' } }
