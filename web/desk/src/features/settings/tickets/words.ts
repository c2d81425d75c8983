/** Words that the settings of tickets share. */
const zh = {
  nameZh: '中文名称',
  nameEn: '英文名称',
  inUse: '使用中',
  retired: '已停用',
  up: '上移',
  down: '下移',
  active: '使用中',
  choose: '选择…',
  noMatch: '不存在了',
}

const en: typeof zh = {
  nameZh: 'Chinese name',
  nameEn: 'English name',
  inUse: 'In use',
  retired: 'Retired',
  up: 'Move up',
  down: 'Move down',
  active: 'In use',
  choose: 'Choose…',
  noMatch: 'Gone',
}

export default { zh, en }
