/** Words of clocks, and of the policies they come from. */
const zh = {
  track: { customer: '对客户', internal: '内部约定', regulator: '监管要求', procedure: '流程' },
  state: { running: '计时中', paused: '已暂停', fulfilled: '已完成', cancelled: '已取消' },
  resting: '非营业时间，暂不计时',
  missed: '已超时',
  inTime: '按时',
  due: '{moment} 到期',
  used: '已用 {used}，共 {target}',
  policy: '策略“{name}”第 {version} 版',
  byProcedure: '由流程设定',
  hours: '按“{name}”计时',
  always: '全天计时',
  priority: '按优先级“{name}”',
  pausedFor: '{since} 起暂停：{cause}',
  wasPaused: '{since} 至 {until} 暂停：{cause}',
  cause: { approval: '等待审批' },
  none: '这张工单没有服务承诺。',
  over: '已结束（{n}）',
}

const en: typeof zh = {
  track: { customer: 'To the customer', internal: 'Among ourselves', regulator: 'To the regulator', procedure: 'Procedure' },
  state: { running: 'Running', paused: 'Paused', fulfilled: 'Done', cancelled: 'Cancelled' },
  resting: 'Outside the hours: not counting now',
  missed: 'Missed',
  inTime: 'In time',
  due: 'Due {moment}',
  used: '{used} of {target} used',
  policy: 'Policy “{name}”, version {version}',
  byProcedure: 'Set by a procedure',
  hours: 'Counts in “{name}”',
  always: 'Counts around the clock',
  priority: 'for priority {name}',
  pausedFor: 'Paused since {since}: {cause}',
  wasPaused: 'Paused {since} to {until}: {cause}',
  cause: { approval: 'waiting for an approval' },
  none: 'Nothing is promised on this ticket.',
  over: 'Over ({n})',
}

export default { zh, en }
