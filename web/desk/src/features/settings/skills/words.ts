const zh = {
  title: '技能',
  lead: '语言、产品、手艺：流程可以把步骤派给有某项技能的同事。',
  add: '添加技能',
  holders: '谁有这项技能',
  nobody: '还没有人',
  removeQuestion: '删除技能“{name}”？指派给它的任务改由能看到工单的人处理。',
}

const en: typeof zh = {
  title: 'Skills',
  lead: 'Languages, products, crafts: procedures can give steps to whoever has a skill.',
  add: 'Add a skill',
  holders: 'Who has it',
  nobody: 'Nobody yet',
  removeQuestion: 'Remove the skill “{name}”? Tasks for it are left to whoever sees the ticket.',
}

export default { zh, en }
