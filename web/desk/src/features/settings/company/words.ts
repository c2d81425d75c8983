const zh = {
  title: '公司',
  lead: '显示在登录页、邮件邀请和客户看到的地方。',
  name: '公司名称',
  locale: '默认语言',
  localeHint: '新员工的邀请邮件使用此语言。',
  timezone: '时区',
  timezoneHint: '用于报表与日期的划分，例如 Asia/Shanghai。',
}

const en: typeof zh = {
  title: 'Company',
  lead: 'Shown at sign-in, in invitations and where customers see you.',
  name: 'Company name',
  locale: 'Default language',
  localeHint: 'Invitations to new staff are written in it.',
  timezone: 'Time zone',
  timezoneHint: 'Where days begin in reports, such as Asia/Shanghai.',
}

export default { zh, en }
