/** What the menu needs; the pages bring the rest (i18n.ts). */
export default { zh: { title: '审计记录' }, en: { title: 'Audit trail' } }
