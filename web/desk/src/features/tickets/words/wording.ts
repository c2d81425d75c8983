/** Words about words: what the rules say to a reply. */
export const zh = {
  wording: {
    label: '用语提醒',
    found: { hint: '可以说得更好', warn: '发送前请斟酌', block: '有禁用语，不能发送' },
    refused: { hint: '可以说得更好', warn: '还没有发出：请修改，或确认后仍然发送', block: '没有发出：请去掉禁用语' },
    prepared: { hint: '可以说得更好', warn: '发出时会提醒或记录，请斟酌', block: '有禁用语，不能保存' },
    mean: '仍然发送',
    better: '建议：{words}',
    more: '还有 {n} 处',
  },
}
export const en: typeof zh = {
  wording: {
    label: 'About your words',
    found: { hint: 'There is a better way to say it', warn: 'Think twice before you send it', block: 'Banned words: it can’t be sent like this' },
    refused: { hint: 'There is a better way to say it', warn: 'Not sent yet: change the words, or send it anyway', block: 'Not sent: take the banned words out' },
    prepared: { hint: 'There is a better way to say it', warn: 'Think twice: a rule warns of this when it leaves', block: 'Banned words: it can’t be saved like this' },
    mean: 'Send anyway',
    better: 'Better: {words}',
    more: 'and {n} more',
  },
}
