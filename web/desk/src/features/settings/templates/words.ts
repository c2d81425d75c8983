const zh = {
  title: '工单模板',
  lead: '写好一半的新工单：新建工单（C）时选用，主题、正文、分类和字段都先填好。',
  add: '新建模板',
  none: '还没有模板',
  noneBody: '常常主动写给客户的内容，例如回访、预约上门，可以做成模板。',
  removeQuestion: '删除模板“{name}”？用它建过的工单不受影响。',
  subject: '主题',
  text: '正文',
  tags: '标签',
  fields: '字段',
}

const en: typeof zh = {
  title: 'Ticket templates',
  lead: 'New tickets that are half written: chosen when writing to a customer first (C), with subject, text, category and fields in place.',
  add: 'New template',
  none: 'No templates yet',
  noneBody: 'What you often write to customers first, such as a call after a repair or an appointment, can be a template.',
  removeQuestion: 'Delete the template “{name}”? Tickets made with it stay as they are.',
  subject: 'Subject',
  text: 'Text',
  tags: 'Tags',
  fields: 'Fields',
}

export default { zh, en }
