const zh = {
  title: '通知',
  lead: '大家默认怎样收到通知。每个人都可以另作选择。',
  who: '为谁设定',
  everybody: '所有人',
  isHere: '在此设定',
  follows: '沿用上一级：{ways}',
  limits: '上限与内容',
  limitsLead: '超过上限的邮件并入下一个整点的汇总。',
  mails: '每人每小时邮件',
  pushes: '每人每小时推送',
  content: '允许客户的文字随邮件和推送发出',
  contentHint: '邮件和推送会经过他人的服务器。关闭时只写工单编号和原因，连客户姓名也没有。',
  noMail: '还没有配置邮件服务器（ZHIYIN_SYSTEM_MAIL），邮件和汇总暂时不会发送。',
}

const en: typeof zh = {
  title: 'Notifications',
  lead: 'How people hear of things unless they choose otherwise.',
  who: 'For whom',
  everybody: 'Everybody',
  isHere: 'set here',
  follows: 'follows: {ways}',
  limits: 'Limits and content',
  limitsLead: 'Mail above the limit joins a summary at the next full hour.',
  mails: 'Mails per person and hour',
  pushes: 'Pushes per person and hour',
  content: 'Let customers’ words leave by mail and push',
  contentHint: 'Mail and push pass through other people’s servers. Without this they hold a ticket’s number and a reason, and not even the customer’s name.',
  noMail: 'There is no mail server yet (ZHIYIN_SYSTEM_MAIL), so e-mail and summaries are not sent.',
}

export default { zh, en }
