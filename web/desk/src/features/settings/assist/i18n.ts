const zh = {
  lead: '情绪、分类、摘要和相似工单都在本机完成，不需要联网。接入模型服务后，起草、翻译等会更好；不接入也不影响使用。',
  tasks: { title: '各项能力由谁完成', task: '能力', by: '当前由', local: '本机', endpoint: '模型服务', nobody: '暂不可用，需接入模型服务' },
  task: { language: '语言识别', mood: '情绪识别', category: '分类建议', entities: '信息提取', similar: '相似工单', repeats: '重复来访', answers: '推荐回答', draft: '起草回复', worded_answer: '自动回答的措辞', summary: '摘要', handover: '交接说明', wording: '用语检查', translation: '翻译', speech: '语音转文字' },
  model: {
    title: '分类模型',
    lead: '每晚用已分类的工单重新训练，并用留出的工单测量；不比现有版本差才会启用。目前有 {n} 张可供学习的工单。',
    pack: '当前使用随产品提供的行业分类包。积累到 100 张已分类的工单后即可训练自己的模型。',
    train: '立即训练', started: '已开始训练，完成后会出现在这里', nightly: '每晚自动训练',
    version: '版本', trained: '训练时间', texts: '工单 / 分类', accuracy: '准确率', f1: '宏平均 F1', calibration: '校准误差', active: '使用中', use: '启用', usePack: '改用分类包', report: '报告',
    state: { waiting: '训练中…', done: '上次训练已启用', refused: '上次训练未启用', failed: '上次训练失败' },
    reason: { too_little: '可学习的工单太少，至少需要 100 张、2 个分类。', worse: '新版本在留出的工单上不如现有版本。' },
    drift: '近两周来信与训练时已明显不同（PSI {index}），建议重新训练。',
    byCategory: '各分类', category: '分类', held: '留出工单', precision: '精确率', recall: '召回率', confused: '最常混淆', truth: '应为', answer: '判为', count: '次数', noConfusion: '留出的工单全部判对。', bins: '校准：说有多大把握，实际对了多少', said: '平均把握', right: '实际正确',
  },
  endpoint: {
    title: '模型服务', lead: '任何兼容 OpenAI 接口的服务，云上或自建都可以。发送前会隐去电话、证件、地址和姓名等个人信息，返回后再还原。',
    active: '启用', url: '接口地址', urlHint: '到 /v1 为止，例如 https://api.example.com/v1', model: '模型', speech: '语音模型', speechHint: '用于语音转文字；录音无法隐去个人信息，会原样发送。不填则不用。',
    key: '密钥', keyKept: '已保存，留空则不变', keyHint: '加密保存，不会再次显示。', tasks: '用于', timeout: '最长等待（秒）', day: '每日 token 上限', person: '每人每日 token 上限', spent: '近 24 小时已用 {n}',
    try: '测试连接', works: '连接正常：{model}，{ms} 毫秒', reason: { timeout: '等待超时。请检查地址，或放宽等待时间。', connection: '连接不上。请检查地址和网络。', refused: '对方拒绝了请求。请检查密钥和模型名称。', busy: '对方繁忙或额度用尽，请稍后再试。', server: '对方服务出错，请稍后再试。', nonsense: '对方的返回不符合 OpenAI 接口格式。请检查地址。', too_long: '返回内容过长。' },
    open: '连续失败 {n} 次，暂停到 {at}，期间自动改用本机结果。最近一次：{error}',
  },
  uses: { title: '近 30 天使用情况', task: '能力', asked: '请求', used: '采用', edited: '修改后采用', dismissed: '不合适', fellBack: '退回本机', none: '还没有人使用过。' },
}
const en: typeof zh = {
  lead: 'Mood, category, summaries and similar tickets are worked out on this machine, without a network. A connected model makes drafts and translation better; nothing depends on it.',
  tasks: { title: 'Who does what', task: 'Task', by: 'Done by', local: 'this machine', endpoint: 'the connected model', nobody: 'not available until a model is connected' },
  task: { language: 'Language', mood: 'Mood', category: 'Category', entities: 'Details', similar: 'Similar tickets', repeats: 'Repeat contacts', answers: 'Suggested answers', draft: 'Draft', worded_answer: 'Wording of automatic answers', summary: 'Summary', handover: 'Hand-over note', wording: 'Wording', translation: 'Translation', speech: 'Speech to text' },
  model: {
    title: 'Classifier',
    lead: 'Every night it learns from tickets that have a category and is measured on some it was not shown; it is put in place only where it is no worse. There are {n} tickets to learn from.',
    pack: 'The shipped pack of categories answers now. From 100 tickets with a category on, your own can be trained.',
    train: 'Train now', started: 'Training has begun; the version will stand here', nightly: 'Train every night',
    version: 'Version', trained: 'Trained', texts: 'Tickets / categories', accuracy: 'Accuracy', f1: 'Macro F1', calibration: 'Calibration error', active: 'In use', use: 'Use', usePack: 'Use the shipped pack', report: 'Report',
    state: { waiting: 'Training…', done: 'The last training is in use', refused: 'The last training was not put in place', failed: 'The last training failed' },
    reason: { too_little: 'There are too few tickets: 100 with at least two categories are needed.', worse: 'On the tickets held back it did worse than the version in use.' },
    drift: 'What came in the last two weeks is unlike what was learned (PSI {index}); train again.',
    byCategory: 'By category', category: 'Category', held: 'Held back', precision: 'Precision', recall: 'Recall', confused: 'Most confused', truth: 'Was', answer: 'Taken for', count: 'Times', noConfusion: 'All tickets held back were told rightly.', bins: 'Calibration: how sure it was, how often it was right', said: 'Mean confidence', right: 'Right',
  },
  endpoint: {
    title: 'Connected model', lead: 'Any service that speaks the OpenAI protocol, in the cloud or your own. Phones, identity numbers, addresses, names and the like are hidden before anything leaves, and put back on return.',
    active: 'Switched on', url: 'Address', urlHint: 'up to /v1, for example https://api.example.com/v1', model: 'Model', speech: 'Speech model', speechHint: 'For speech to text. Nothing can be hidden in a recording: it leaves as it is. Leave it empty to do without.',
    key: 'Key', keyKept: 'kept; leave empty to keep it', keyHint: 'Stored encrypted and never shown again.', tasks: 'Used for', timeout: 'Wait at most (seconds)', day: 'Tokens a day', person: 'Tokens a day for one person', spent: '{n} used in the last 24 hours',
    try: 'Test', works: 'It works: {model}, {ms} ms', reason: { timeout: 'No answer in time. Check the address, or wait longer.', connection: 'It can’t be reached. Check the address and the network.', refused: 'It refused. Check the key and the name of the model.', busy: 'It is busy, or your quota is used up. Try again later.', server: 'It has an error of its own. Try again later.', nonsense: 'What came back is not the OpenAI protocol. Check the address.', too_long: 'The answer was too long.' },
    open: 'It failed {n} times in a row and rests until {at}; this machine does the work meanwhile. The last time: {error}',
  },
  uses: { title: 'The last 30 days', task: 'Task', asked: 'Asked for', used: 'Used', edited: 'Used with changes', dismissed: 'Not fitting', fellBack: 'Fell back', none: 'Nobody has used it yet.' },
}
export default { zh, en }
