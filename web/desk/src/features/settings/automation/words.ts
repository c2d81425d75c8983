/** What the menu needs; the pages bring the rest (i18n.ts). */
export default { zh: { title: '自动化' }, en: { title: 'Automation' } }
