/** Keywords, dialogues and switches, beside calibrated answers. */
const zh = {
  keywords: {
    title: '关键词回答', lead: '客户发来这些词，就用写好的内容回答，不看把握。大小写、全半角、标点、简繁体都一样。生气、投诉、有风险的话，以及已有人接手的对话，照样留给同事。',
    add: '添加关键词', edit: '修改关键词', none: '还没有关键词回答', noneBody: '例如：客户发“车机问题”，回答常见处理办法和服务热线。',
    words: '关键词', wordsHint: '一行一个，任意一个都算', match: '怎样算',
    matches: { exact: '整句就是它', starts: '以它开头', contains: '里面有它' }, matchHint: { exact: '除标点外，客户写的就是这个词。', starts: '客户写的话以这个词开头。', contains: '客户写的话里有这个词。' },
    answer: '回答', textZh: '中文回答', textEn: '英文回答', textHint: '只写一种语言，两种客户都用它；都不写就用下面的条目。', entry: '知识条目', entryHint: '作为来源显示；没写回答时，就用条目内容。', entryPlaceholder: '输入标题查找', entryGone: '客户现在看不到这个条目',
    channels: '渠道', everywhere: '所有自动回答的渠道', frequency: '对同一位客户', frequencies: { always: '每次都答', days: '每隔几天一次', once: '只答一次' }, days: '天数', everyDays: '{n} 天一次',
    frequencyHint: '不再回答时，就像没有这个关键词一样继续处理。', active: '启用', off: '已停用', answered: '30 天内回答', switchOff: '停用', switchOn: '启用', removeQuestion: '删除这条关键词回答？', missing: '请填写关键词，以及回答或知识条目',
  },
  dialogues: {
    title: '多轮表单', lead: '转给同事之前，先一项一项问清楚：订单号、日期、选项……填好的内容写进工单。答不上来最多再问两次；客户要人工、生气或说“算了”，马上停下。',
    add: '添加表单', edit: '修改表单', none: '还没有多轮表单', noneBody: '例如：客户说“预约安装”，先问订单号和日期，再转给安装组。', readOnly: '由管理员设置。',
    name: '名称', nameHint: '只有同事看得到', begins: '什么时候开始', keywords: '客户写到这些词', categories: '问题属于这些分类', categoriesHint: '下级分类也算；一次对话里自动开始一次', entries: '本来要用这些条目回答', noTrigger: '至少选一种开始的时机',
    slots: '问什么', slotsLead: '按顺序一项一项问；选择题的回答可以决定后面问不问某一项。客户第一句话里已经写清楚的订单号、电话、日期不再问。', addSlot: '再加一项', slot: '第 {n} 项', up: '上移', down: '下移', remove: '去掉这一项',
    kind: '要什么', kinds: { text: '文字', order: '订单号', phone: '电话', date: '日期', choice: '选一项', number: '数字' }, key: '标识', keyHint: '小写字母、数字和下划线', promptZh: '中文问法', promptEn: '英文问法', field: '写进字段', noField: '不写进字段，只记在备注里', isOptional: '可以跳过',
    options: '选项', optionsHint: '一行一个：值 = 中文 / English', smallest: '最小', largest: '最大', when: '哪些日期', whens: { any: '任何一天', past: '今天或以前', future: '今天或以后' }, pattern: '格式（正则表达式）', more: '没看懂时怎么说、格式', helpZh: '没看懂时的中文提示', helpEn: '没看懂时的英文提示',
    ends: '问完以后', then: '接着', handsOver: '转给同事', answers: '直接回答', textZh: '中文收尾', textEn: '英文收尾', textHint: '转给同事时可以不写，用现成的一句。', category: '把分类设为', noCategory: '不改分类',
    begun: '30 天内开始', finished: '填完', asks: '问 {n} 项', removeQuestion: '删除这个表单？正在进行的会继续问完。', draft: '未启用', missing: '请填写名称、开始的时机和每一项的问法', misfit: '请检查：{what}',
    onlyIf: '什么时候问', always: '每次都问。', addCondition: '只在选了某项时问', addAnd: '再加一个条件', and: '，并且', or: '或', is: '选的是', conditionQuestion: '看哪一项的回答', conditionAnswers: '选了哪些', course: '哪一项什么时候问', askedIf: '（{when}）', branchMisfit: '有问题的条件要先改好',
    wrong: { notBefore: '条件里的“{what}”没有在它之前问到：请调整顺序，或去掉这个条件', noChoice: '条件里的“{what}”不是选择题：只有“选一项”的回答可以决定接着问什么', empty: '请选出条件里的回答，或去掉这个条件', gone: '条件里的选项已经没有了：{what}', never: '这些条件不可能同时成立，永远问不到这一项' },
  },
  switches: {
    title: '哪些问题自动回答', lead: '每个分类、每个渠道都可以单独开关，例如把涉及金钱、法律的分类留给同事。没有单独设置的，随上级分类；同一分类里，渠道自己的设置优先于“所有渠道”。关键词和多轮表单是你写好的，不受影响。分类取自工单，工单没有时由已学到的模型判断。',
    every: '所有渠道', byDefault: '默认', byDefaultHint: '没有分类的问题，以及没有设置过的分类', category: '分类', on: '回答', off: '留给同事', none: '还没有工单分类；可以先为每个渠道设置默认。', search: '查找分类', nothing: '没有这个名称的分类。', fold: '展开或收起“{name}”',
    noChannel: '还没有渠道在自动回答；在上面打开一个，这里就会出现它的一列。', silent: '没有打开自动回答的渠道不在表里：{names}', unset: '没有任何设置', from: '随“{category} × {channel}”',
    choose: { on: '回答', off: '留给同事', inherit: '随上级' }, ownLegend: '在这里设置', inheritLegend: '随上级',
  },
}

const en: typeof zh = {
  keywords: {
    title: 'Keyword answers', lead: 'Whoever writes one of these words gets the answer you wrote, however sure the machine is. Case, width, punctuation and simplified or traditional characters make no difference. Anger, complaints, risks and conversations a colleague has are still left to people.',
    add: 'Add keywords', edit: 'Change keywords', none: 'There are no keyword answers yet', noneBody: 'For example: whoever sends “head unit” hears the usual remedies and the service number.',
    words: 'Keywords', wordsHint: 'One a line; any of them counts', match: 'Counts when',
    matches: { exact: 'it is all they write', starts: 'they begin with it', contains: 'it is in it' }, matchHint: { exact: 'Apart from punctuation, the message is this word.', starts: 'The message begins with this word.', contains: 'The message has this word in it.' },
    answer: 'Answer', textZh: 'Answer in Chinese', textEn: 'Answer in English', textHint: 'Written in one language, it goes to customers of both; written in none, the entry below is said.', entry: 'Knowledge entry', entryHint: 'Shown as the source; said itself where you wrote no answer.', entryPlaceholder: 'Look for a title', entryGone: 'customers can’t read this entry now',
    channels: 'Channels', everywhere: 'All that answer automatically', frequency: 'To the same customer', frequencies: { always: 'every time', days: 'once in some days', once: 'only once' }, days: 'Days', everyDays: 'once in {n} days',
    frequencyHint: 'After that the message is treated as if there were no such keyword.', active: 'In use', off: 'off', answered: 'Answers in 30 days', switchOff: 'Switch off', switchOn: 'Switch on', removeQuestion: 'Delete this keyword answer?', missing: 'Fill in keywords, and an answer or an entry',
  },
  dialogues: {
    title: 'Forms in the conversation', lead: 'Before a colleague takes over, what they need is asked for one by one: order number, date, a choice. What is filled in goes into the ticket. What can’t be read is asked for twice more at most; whoever wants a person, is angry or says “never mind” leaves at once.',
    add: 'Add a form', edit: 'Change the form', none: 'There are no forms yet', noneBody: 'For example: whoever writes “book the installation” is asked for order number and date, then the installers take over.', readOnly: 'Administrators set this.',
    name: 'Name', nameHint: 'Only colleagues see it', begins: 'When it begins', keywords: 'The customer writes one of these', categories: 'The question is of one of these categories', categoriesHint: 'Or beneath them; begins by itself once in a conversation', entries: 'One of these entries would have answered', noTrigger: 'Choose at least one way to begin',
    slots: 'What it asks for', slotsLead: 'One by one, in this order; what is chosen may decide whether a later one is asked. An order number, phone or date that the first message names is not asked for again.', addSlot: 'Add another', slot: 'Question {n}', up: 'Move up', down: 'Move down', remove: 'Take away',
    kind: 'Asks for', kinds: { text: 'words', order: 'order number', phone: 'phone', date: 'date', choice: 'a choice', number: 'number' }, key: 'Key', keyHint: 'a–z, 0–9 and _', promptZh: 'Question in Chinese', promptEn: 'Question in English', field: 'Goes into the field', noField: 'No field: in the note only', isOptional: 'May be skipped',
    options: 'Options', optionsHint: 'One a line: value = Chinese / English', smallest: 'At least', largest: 'At most', when: 'Which days', whens: { any: 'any day', past: 'today or before', future: 'today or later' }, pattern: 'Pattern (regular expression)', more: 'What to say when it can’t be read, pattern', helpZh: 'When it can’t be read, in Chinese', helpEn: 'When it can’t be read, in English',
    ends: 'When all is there', then: 'Then', handsOver: 'Colleagues take over', answers: 'It answers', textZh: 'Last words in Chinese', textEn: 'Last words in English', textHint: 'May be empty where colleagues take over: a ready line is said.', category: 'Set the category to', noCategory: 'Leave the category',
    begun: 'Begun in 30 days', finished: 'Finished', asks: 'asks for {n}', removeQuestion: 'Delete this form? Those under way go on to their end.', draft: 'not in use', missing: 'Fill in a name, a way to begin and every question', misfit: 'Check this: {what}',
    onlyIf: 'When it is asked', always: 'Always.', addCondition: 'Only after a certain choice', addAnd: 'Another condition', and: ' and ', or: ' or ', is: 'is', conditionQuestion: 'Whose answer decides', conditionAnswers: 'Which answers', course: 'Which question is asked when', askedIf: '(if {when})', branchMisfit: 'Mend the conditions that are marked first',
    wrong: { notBefore: 'Its condition names “{what}”, which is not asked before it: change the order, or take the condition away', noChoice: 'Its condition names “{what}”, which is no choice: only choices decide what is asked next', empty: 'Choose the answers of its condition, or take the condition away', gone: 'Its condition names options that are not there any more: {what}', never: 'These conditions exclude each other: it would never be asked' },
  },
  switches: {
    title: 'Which questions are answered', lead: 'Each category can be switched on each channel, for example to leave what is about money or law to people. What has no switch of its own goes by the category above; within a category, a channel’s own switch comes before that of every channel. Keywords and forms are your own words and hold all the same. The category is the ticket’s; where it has none, the classifier tells it.',
    every: 'Every channel', byDefault: 'By default', byDefaultHint: 'Questions of no category, and categories nothing is set for', category: 'Category', on: 'Answered', off: 'Left to people', none: 'There are no ticket categories yet; what holds by default can be set for each channel.', search: 'Look for a category', nothing: 'There is no category of that name.', fold: 'Fold or unfold “{name}”',
    noChannel: 'No channel answers automatically yet; switch one on above, and it has its column here.', silent: 'Not in the table, since nothing is answered there: {names}', unset: 'nothing is set', from: 'as “{category} × {channel}”',
    choose: { on: 'Answered', off: 'Left to people', inherit: 'As above it' }, ownLegend: 'set here', inheritLegend: 'as above it',
  },
}

export default { zh, en }
