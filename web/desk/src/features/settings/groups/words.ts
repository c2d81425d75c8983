const zh = {
  title: '小组',
  lead: '一起处理工单的人。工单先分到小组，再由组员领取。',
  add: '新建小组',
  emptyTitle: '还没有小组',
  emptyBody: '人多了就分组，例如“售前”“售后”“技术”，每个小组只看自己的工单。',
  name: '名称',
  description: '说明',
  members: '组员',
  nobody: '还没有组员',
  andMore: '等 {count} 人',
  chosen: '已选 {count} 人',
  deleted: '小组已删除',
  deleteQuestion: '删除小组“{name}”？',
}

const en: typeof zh = {
  title: 'Groups',
  lead: 'People who share work. A ticket goes to a group first, then one of them claims it.',
  add: 'New group',
  emptyTitle: 'No groups yet',
  emptyBody: 'As the team grows, divide it, such as Sales, After-sales, Technical; each sees its own tickets.',
  name: 'Name',
  description: 'Description',
  members: 'Members',
  nobody: 'Nobody yet',
  andMore: 'and others, {count} in all',
  chosen: '{count} chosen',
  deleted: 'Group deleted',
  deleteQuestion: 'Delete the group “{name}”?',
}

export default { zh, en }
