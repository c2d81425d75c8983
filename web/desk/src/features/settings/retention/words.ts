/** What the menu needs; the pages bring the rest (i18n.ts). */
export default { zh: { title: '数据保留' }, en: { title: 'Retention' } }
