/** What the menu needs; the page brings the rest (i18n.ts). */
export default { zh: { title: '用语规则' }, en: { title: 'Wording' } }
