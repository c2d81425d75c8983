/** What the menu needs; the pages bring the rest (i18n.ts). */
export default { zh: { title: '快捷回复与话术' }, en: { title: 'Macros and scripts' } }
