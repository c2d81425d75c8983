/** What the menu needs; the pages bring the rest (i18n.ts). */
export default { zh: { title: '营业时间' }, en: { title: 'Business hours' } }
