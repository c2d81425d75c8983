/** What the menu needs; the pages bring the rest (i18n.ts). */
export default { zh: { title: '服务流程' }, en: { title: 'Procedures' } }
