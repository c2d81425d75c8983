/** What the menu needs; the pages bring the rest (i18n.ts). */
export default { zh: { title: '服务承诺（SLA）' }, en: { title: 'Service levels' } }
