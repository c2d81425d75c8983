const zh = {
  label: '搜索工单与客户',
  placeholder: '搜索工单、消息、客户…',
  clear: '清空搜索',
  hint: '可搜中文词、姓氏、订单号、邮箱、电话。多个词用空格隔开，会同时匹配。',
  keys: '↑↓ 选择 · 回车打开 · Esc 返回列表',
  customers: '客户',
  tickets: '工单',
  none: '没有找到“{words}”',
  noneBody: '换个词试试，或只输入订单号、邮箱的一部分。',
  found: '找到 {customers} 位客户、{tickets} 张工单',
  since: '建档于',
}

const en: typeof zh = {
  label: 'Search tickets and customers',
  placeholder: 'Search tickets, messages, customers…',
  clear: 'Clear the search',
  hint: 'Words in Chinese or English, names, order numbers, addresses, phone numbers. Several words must all match.',
  keys: '↑↓ to choose · Enter to open · Esc for the list',
  customers: 'Customers',
  tickets: 'Tickets',
  none: 'Nothing found for “{words}”',
  noneBody: 'Try another word, or just a part of the order number or address.',
  found: '{customers} customers and {tickets} tickets found',
  since: 'since',
}

export default { zh, en }
