const zh = {
  title: '公司',
  lead: '显示在登录页、邮件邀请和客户看到的地方。',
  name: '公司名称',
  locale: '默认语言',
  localeHint: '新员工的邀请邮件使用此语言。',
  timezone: '时区',
  currency: '货币',
  currencyHint: '审批、补偿、退款与限额的金额单位。更换后已有金额仍按原货币，不折算；限额、审批规则与补偿目录里的数字请自行核对。',
  timezoneHint: '用于报表与日期的划分，例如 Asia/Shanghai。',
}

const en: typeof zh = {
  title: 'Company',
  lead: 'Shown at sign-in, in invitations and where customers see you.',
  name: 'Company name',
  locale: 'Default language',
  localeHint: 'Invitations to new staff are written in it.',
  timezone: 'Time zone',
  currency: 'Currency',
  currencyHint: 'Of amounts in approvals, compensation, refunds and limits. A change converts nothing: amounts that are there keep their currency. Check the numbers in limits, approval rules and the catalogue.',
  timezoneHint: 'Where days begin in reports, such as Asia/Shanghai.',
}

export default { zh, en }
