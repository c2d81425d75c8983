const zh = {
  title: '类型',
  lead: '工单是哪一种：咨询、故障、问题、任务……类型可以带自己的表单。',
  add: '添加类型',
  form: '表单',
  defaultForm: '默认表单',
  none: '还没有类型',
}

const en: typeof zh = {
  title: 'Types',
  lead: 'What kind of case a ticket is: question, incident, problem, task … A type can have a form of its own.',
  add: 'Add a type',
  form: 'Form',
  defaultForm: 'Default form',
  none: 'No types yet',
}

export default { zh, en }
