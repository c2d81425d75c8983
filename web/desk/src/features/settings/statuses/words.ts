const zh = {
  title: '状态',
  lead: '六个固定状态决定工单怎样流转；你可以在其中加上自己的说法，例如挂起之内的“等配件”。',
  add: '添加状态',
  inside: '属于',
  none: '还没有自定义状态',
  noneBody: '固定状态够用时不必添加。需要区分“在等谁”时，再在挂起或等客户里加几个。',
}

const en: typeof zh = {
  title: 'Statuses',
  lead: 'Six fixed statuses decide how a ticket moves; inside them you can add words of your own, such as “Waiting for parts” inside On hold.',
  add: 'Add a status',
  inside: 'Inside',
  none: 'No statuses of your own yet',
  noneBody: 'The fixed ones may be enough. Add some inside On hold or Pending when it matters whom a ticket waits for.',
}

export default { zh, en }
