const zh = {
  title: '清单模板',
  lead: '常做的事写成步骤，客服一点就放到工单上。改模板不影响已放上的步骤。',
  name: '名称',
  steps: '步骤，每行一步',
  placeholder: '例如：退货',
  add: '添加模板',
  none: '还没有清单模板。先写一件每天都做的事，比如退货。',
  edit: '修改',
}

const en: typeof zh = {
  title: 'Checklist templates',
  lead: 'What is often done, as steps that go onto a ticket with one click. A change leaves the steps that are there already.',
  name: 'Name',
  steps: 'Steps, one a line',
  placeholder: 'Such as: return',
  add: 'Add a template',
  none: 'No checklist templates yet. Begin with something that is done every day, such as a return.',
  edit: 'Change',
}

export default { zh, en }
