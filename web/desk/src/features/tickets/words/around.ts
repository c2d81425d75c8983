/** The few words of what stands around a ticket that the desk needs at once; the rest comes with its panel. */
export const zh = {
  around: {
    snoozed: '稍后处理至 {at}',
    woken: '已回来',
    wokenHint: '稍后处理的工单已回到列表',
    wake: '立即取回',
    from: '来自 {number}',
    mergedInto: '{from} 已并入 {number}',
    progress: '清单 {done}/{total}',
    despite: '仍然结束',
    splitOff: '从这条起拆分…',
    command: { snooze: '稍后处理', wake: '立即取回', remind: '提醒我', merge: '合并到其他工单', link: '关联工单', split: '拆分工单', print: '打印或导出 PDF' },
  },
}

export const en: typeof zh = {
  around: {
    snoozed: 'Snoozed until {at}',
    woken: 'Back',
    wokenHint: 'Was snoozed and is back',
    wake: 'Bring back now',
    from: 'from {number}',
    mergedInto: '{from} was merged into {number}',
    progress: 'Checklist {done}/{total}',
    despite: 'Close nevertheless',
    splitOff: 'Split off…',
    command: { snooze: 'Snooze', wake: 'Bring back now', remind: 'Remind me', merge: 'Merge with another ticket', link: 'Link a ticket', split: 'Split the ticket', print: 'Print or save as PDF' },
  },
}
