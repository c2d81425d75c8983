const zh = {
  title: '分类',
  lead: '工单是关于什么的。分类越少、越清楚，统计越准。',
  name: '名称',
  placeholder: '例如：退款、物流、安装',
  add: '添加分类',
  none: '还没有分类。先添加客户最常问的三五类。',
  inUse: '使用中',
  retired: '已停用',
  retire: '停用',
  restore: '恢复',
  rename: '改名',
  move: '移动',
  top: '最上层',
  parent: '上级分类',
  dragHint: '可以拖动：放在左半边排到它前面，放在右半边移到它下级。最多五级；停用上级时，下级也不再可选。',
}

const en: typeof zh = {
  title: 'Categories',
  lead: 'What tickets are about. Few and clear ones make figures you can trust.',
  name: 'Name',
  placeholder: 'Such as: refund, delivery, installation',
  add: 'Add a category',
  none: 'No categories yet. Begin with the three to five things customers ask most.',
  inUse: 'In use',
  retired: 'Retired',
  retire: 'Retire',
  restore: 'Restore',
  rename: 'Rename',
  move: 'Move',
  top: 'At the top',
  parent: 'Parent category',
  dragHint: 'Drag them: dropped on the left half they stand before the other, on the right half beneath it. Five levels at most; what is beneath a retired one can’t be chosen either.',
}

export default { zh, en }
