/** What the menu needs; the pages bring the rest (i18n.ts). */
export default {
  zh: { compensation: { title: '补偿目录与限额' }, chains: { title: '审批链' }, promises: { title: '承诺与进展说明' }, surveys: { title: '满意度调查' } },
  en: { compensation: { title: 'Compensation' }, chains: { title: 'Chains of approval' }, promises: { title: 'Promises and updates' }, surveys: { title: 'Surveys' } },
}
