/** Words of making, sharing and arranging views. */
const zh = {
  add: '新建视图', change: '修改视图', edit: '修改', remove: '删除', removeSure: '删除视图“{name}”？工单不受影响。',
  name_zh: '中文名称', name_en: '英文名称', name_zhExample: '例如：VIP 等待超过 2 小时', name_enExample: '例如：VIP waiting 2 h',
  icon: '图标', colour: '颜色', colours: { plain: '无颜色', accent: '蓝色', good: '绿色', warn: '橙色', bad: '红色' },
  conditions: '条件', field: '字段', choose: '请选择', goneField: '此字段已不存在，这个条件找不到任何工单',
  everything: '没有条件：包含所有工单。', addCondition: '添加条件', addGroup: '添加一组条件', removeCondition: '去掉这个条件', removeGroup: '去掉这一组',
  preview: '预览', unfinished: '请把每个条件填完整，这里会显示找到的工单。', finds: { nothing: '现在没有符合条件的工单。' },
  shape: '样式', share: '谁能看到', onlyMine: '只有我自己。共享视图需要“管理共享视图”权限。', whichGroups: '选择小组',
  shareHint: '每个人只会看到自己有权查看的工单。', pinned: '显示在左侧栏', shown: '显示在左侧栏', up: '上移', down: '下移', usualColumns: '恢复默认',
  audience: { owner: '仅自己', groups: '指定小组', everyone: '所有人' },
  kind: { ready: '系统', group: '小组' },
  join: { label: '条件的关系', all: '满足以下全部', any: '满足以下任一', none: '以下都不满足' },
  operator: {
    any_of: '是', none_of: '不是', has_any: '包含任一', has_all: '包含全部', has_none: '不包含', is_empty: '为空', is_filled: '不为空', at_least: '至少', at_most: '至多', equals: '等于',
    within: '在最近', older_than: '早于', after: '从', before: '在此之前', contains: '包含', contains_not: '不包含', yes: '是', no: '否', due_within: '到期在', overdue: '已超时',
  },
  comparison: '比较方式',
  unitLabel: '时间单位',
  unit: { minutes: '分钟', hours: '小时', days: '天', weeks: '周' },
  named: { staff: { me: '我', nobody: '无人', my_groups: '我的小组成员' }, groups: { mine: '我的小组', nobody: '无' }, categories: { nobody: '无' } },
  channelKind: { email: '邮件', chat: '网页聊天', portal: '客户中心', api: 'API' },
  manage: { title: '管理视图', lead: '调整顺序，决定哪些显示在左侧栏。只影响你自己。' },
  export: { title: '导出视图', lead: '把“{view}”按当前的列和顺序导出成文件。导出会记入审计。', format: '格式', start: '导出', waiting: '正在生成文件，工单较多时需要几分钟。可以在这里等，也可以稍后再来。', failed: '文件没有生成。请缩小范围后再试。', done: '已导出 {n} 张工单。', download: '下载', close: '关闭' },
}

const en: typeof zh = {
  add: 'New view', change: 'Change view', edit: 'Change', remove: 'Delete', removeSure: 'Delete the view “{name}”? Its tickets stay.',
  name_zh: 'Chinese name', name_en: 'English name', name_zhExample: 'For colleagues who read Chinese', name_enExample: 'e.g. VIP waiting 2 h',
  icon: 'Icon', colour: 'Colour', colours: { plain: 'No colour', accent: 'Blue', good: 'Green', warn: 'Orange', bad: 'Red' },
  conditions: 'Conditions', field: 'Field', choose: 'Choose', goneField: 'This field is gone; the condition finds nothing',
  everything: 'No conditions: every ticket is in it.', addCondition: 'Add a condition', addGroup: 'Add a group', removeCondition: 'Take this condition away', removeGroup: 'Take this group away',
  preview: 'Preview', unfinished: 'Complete every condition, and what they find shows here.', finds: { nothing: 'No ticket meets these conditions now.' },
  shape: 'Shape', share: 'Who sees it', onlyMine: 'Only you. Sharing needs the permission “Manage shared views”.', whichGroups: 'Choose groups',
  shareHint: 'Everybody sees only the tickets they may see.', pinned: 'Show in the left pane', shown: 'Shown in the left pane', up: 'Move up', down: 'Move down', usualColumns: 'As usual',
  audience: { owner: 'Only me', groups: 'Groups', everyone: 'Everybody' },
  kind: { ready: 'Ready-made', group: 'Group' },
  join: { label: 'How conditions are joined', all: 'All of these', any: 'Any of these', none: 'None of these' },
  operator: {
    any_of: 'is', none_of: 'is not', has_any: 'has any of', has_all: 'has all of', has_none: 'has none of', is_empty: 'is empty', is_filled: 'is set', at_least: 'at least', at_most: 'at most', equals: 'equals',
    within: 'in the last', older_than: 'older than', after: 'from', before: 'before', contains: 'contains', contains_not: 'does not contain', yes: 'yes', no: 'no', due_within: 'due within', overdue: 'is overdue',
  },
  comparison: 'Comparison',
  unitLabel: 'Unit of time',
  unit: { minutes: 'minutes', hours: 'hours', days: 'days', weeks: 'weeks' },
  named: { staff: { me: 'Me', nobody: 'Nobody', my_groups: 'People of my groups' }, groups: { mine: 'My groups', nobody: 'None' }, categories: { nobody: 'None' } },
  channelKind: { email: 'Mail', chat: 'Web chat', portal: 'Portal', api: 'API' },
  manage: { title: 'Manage views', lead: 'Put them in order and choose which stand in the left pane. It concerns only you.' },
  export: { title: 'Export view', lead: 'Write “{view}” to a file, with its columns and in its order. The audit trail notes it.', format: 'Format', start: 'Export', waiting: 'The file is being written; with many tickets that takes some minutes. Wait here or come back later.', failed: 'The file could not be written. Narrow the view and try again.', done: '{n} tickets exported.', download: 'Download', close: 'Close' },
}

export default { zh, en }
