"""The words of the pages, in both languages."""

from __future__ import annotations

from django.http import HttpRequest

ZH = {
    "title": "客户中心",
    "welcome": "输入您联系我们时使用的邮箱，我们会发给您一个登录链接。不需要密码。",
    "email": "邮箱",
    "send_link": "发送登录链接",
    "sent": "如果我们认识 {email}，登录链接已经在路上了，{minutes} 分钟内有效。没有收到？请看看垃圾邮件。",
    "again": "换一个邮箱",
    "enter": "进入客户中心",
    "enter_lead": "为了确认是您本人，请点一下按钮。",
    "sso": "使用 {name} 登录",
    "open": "处理中",
    "done": "已结束",
    "none_open": "没有正在处理的问题",
    "none_done": "还没有已结束的问题",
    "no_subject": "（无主题）",
    "newest": "最近消息",
    "more": "更早的",
    "back": "返回列表",
    "you": "您",
    "answer": "回复",
    "files": "附件",
    "send": "发送",
    "reopen": "问题没有解决？写下来，我们会重新处理。",
    "received": "已收到，马上会出现在下面。",
    "solve": "问题已解决",
    "rate": "您对这次服务满意吗？",
    "rated": "您的评价：{score} / 5，谢谢！",
    "words": "想说的话（可不填）",
    "rate_send": "提交评价",
    "earlier": "更早的消息没有显示。",
    "leave": "退出",
    "leave_everywhere": "退出所有设备",
    "language": "English",
    "closed": "客户中心暂未开放。",
    "held": "已拦截",
    "missing": "这里没有您要找的内容：地址可能不完整，或不是您登录时用的邮箱写来的。请返回列表，或换一个邮箱登录。",
    "stale": "这个页面放得太久了，刚才填写的没有提交。请返回上一页，刷新后再试；请允许浏览器使用 Cookie。",
    "status": {
        "new": "已收到",
        "open": "处理中",
        "pending": "等您回复",
        "on_hold": "处理中",
        "solved": "已解决",
        "closed": "已关闭",
    },
    "reason": {
        "quick": "答复快",
        "solved": "解决了问题",
        "friendly": "态度好",
        "knowledgeable": "很专业",
        "slow": "等得久",
        "unsolved": "没解决",
        "unfriendly": "态度差",
        "unclear": "说不清楚",
        "repeated": "反复询问",
    },
    "score": {1: "很不满意", 2: "不满意", 3: "一般", 4: "满意", 5: "非常满意"},
}
EN = {
    "title": "Your requests",
    "welcome": "Enter the address you wrote to us from, and we send you a link to sign in. No password needed.",
    "email": "E-mail address",
    "send_link": "Send me a link",
    "sent": "If we know {email}, a link is on its way. It works for {minutes} minutes. Nothing there? Look among your spam.",
    "again": "Use another address",
    "enter": "Come in",
    "enter_lead": "One click shows us that it is you, and not your mail program.",
    "sso": "Sign in with {name}",
    "open": "Open",
    "done": "Done",
    "none_open": "Nothing is open",
    "none_done": "Nothing is done yet",
    "no_subject": "(no subject)",
    "newest": "Last message",
    "more": "Earlier ones",
    "back": "Back to the list",
    "you": "You",
    "answer": "Your answer",
    "files": "Attachments",
    "send": "Send",
    "reopen": "Not solved? Write to us, and we take it up again.",
    "received": "We have it; it will show below in a moment.",
    "solve": "This is solved",
    "rate": "How was our service?",
    "rated": "Your rating: {score} of 5. Thank you!",
    "words": "Anything you want to say (optional)",
    "rate_send": "Send rating",
    "earlier": "Earlier messages are not shown.",
    "leave": "Sign out",
    "leave_everywhere": "Sign out everywhere",
    "language": "中文",
    "closed": "The portal is not open at the moment.",
    "held": "held back",
    "missing": "There is nothing here: the address may be cut off, or you wrote to us from another address. "
    "Go back to the list, or sign in with that address.",
    "stale": "This page has been open for too long, so nothing was sent. Go back, reload it and try again; "
    "cookies must be allowed.",
    "status": {
        "new": "Received",
        "open": "In progress",
        "pending": "Waits for you",
        "on_hold": "In progress",
        "solved": "Solved",
        "closed": "Closed",
    },
    "reason": {
        "quick": "Quick",
        "solved": "Solved it",
        "friendly": "Friendly",
        "knowledgeable": "Knowledgeable",
        "slow": "Slow",
        "unsolved": "Not solved",
        "unfriendly": "Unfriendly",
        "unclear": "Unclear",
        "repeated": "Asked the same again",
    },
    "score": {1: "Very bad", 2: "Bad", 3: "So-so", 4: "Good", 5: "Very good"},
}
SURVEY = {
    "zh": {
        "title": "服务评价",
        "stars": "您对这次服务满意吗？",
        "nps": "您有多大可能把我们推荐给朋友或同事？",
        "scale": "0 表示完全不可能，10 表示非常愿意。",
        "why": "主要原因（可多选，可不选）",
        "thanks": "您的评价已收到，谢谢！",
        "missing": "这个评价链接不完整，或已经失效。请从邮件里重新点开链接；有话想对我们说，直接回复那封邮件就可以。",
    },
    "en": {
        "title": "How did we do?",
        "stars": "How was our service?",
        "nps": "How likely are you to recommend us to a friend or colleague?",
        "scale": "0 is not at all likely, 10 is very likely.",
        "why": "Why (choose any, or none)",
        "thanks": "We have your answer. Thank you!",
        "missing": "This link is cut off, or no longer valid. Open it from the mail once more; "
        "if you want to tell us something, just answer that mail.",
    },
}
LANGUAGE_COOKIE = "zhiyin_my_language"


def language_of_visitor(request: HttpRequest) -> str:
    """'zh' or 'en': what they chose here, else what their browser asks for."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen in ("zh", "en"):
        return chosen
    wanted = request.headers.get("Accept-Language", "").split(",")[0].strip().lower()
    return "en" if wanted.startswith("en") else "zh"
