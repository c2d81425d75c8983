"""The words of mails about notifications, by language."""

SUBJECT = {"zh": "[{number}] 工单有新动态", "en": "[{number}] News on a ticket"}
SUBJECT_WITH_CONTENT = {"zh": "[{number}] {subject}", "en": "[{number}] {subject}"}
SUBJECT_MASS = {"zh": "{company}：{line}", "en": "{company}: {line}"}
OPEN = {"zh": "打开工单", "en": "Open the ticket"}
OPEN_DESK = {"zh": "打开工作台", "en": "Open the desk"}
FOOTER = {
    "zh": "你收到这封邮件，是因为：{reason}。在这里选择哪些事通知你、用什么方式：",
    "en": "You get this mail because of: {reason}. Choose here what you hear of, and how:",
}
DIGEST_SUBJECT = {"zh": "{company}：{count} 条未读通知", "en": "{company}: {count} unread notifications"}
DIGEST_INTRO = {
    "zh": "{name}，你好：以下是你还没有看的通知。",
    "en": "Hello {name}, these are the notifications you have not read yet.",
}
DIGEST_MORE = {"zh": "还有 {count} 条，请在工作台查看。", "en": "And {count} more; see them in the desk."}
DIGEST_FOOTER = {
    "zh": "这是你的通知汇总。在这里更改时间，或选择哪些事通知你：",
    "en": "This is your summary. Choose here when it comes, and what you hear of:",
}
