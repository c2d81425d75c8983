"""What a machine says beside answers, in the customer's language."""

from __future__ import annotations

import re
import unicodedata

WORDS = {
    "unsure": {
        "zh": "这个问题我没有把握答对，已经转给同事，请稍等。前面的对话他们都看得到。",
        "en": "I am not sure of the right answer, so a colleague will take this. They can see everything written here.",
    },
    "passed": {
        "zh": "已经转给同事处理，请稍等。前面的对话他们都看得到。",
        "en": "A colleague will take this. They can see everything written here.",
    },
    "handed": {
        "zh": "好的，已为您转人工。同事能看到前面的全部对话，会在这里答复您。",
        "en": "Of course. A colleague takes over: they can see everything written here and will answer you here.",
    },
    "greeting": {
        "zh": "您好！请直接写下您的问题。需要同事时，随时点“转人工”。",
        "en": "Hello! Just write your question. For a colleague, choose “Talk to a person” at any time.",
    },
    "draft": {
        "zh": "自动起草（把握 {chance} %，来源：{title}）：\n\n{text}",
        "en": "Drafted automatically ({chance} % sure, source: {title}):\n\n{text}",
    },
    "source": {
        "zh": "——\n本条由机器人自动回答，来源：《{title}》。直接回复即可联系同事。",
        "en": "--\nThis is an automatic answer. Source: “{title}”. Just reply to reach a colleague.",
    },
    "automatic": {
        "zh": "——\n本条由机器人自动发送。要找同事，回复“转人工”即可。",
        "en": "--\nThis was sent automatically. Reply “agent” to reach a colleague.",
    },
    "drafted": {
        "zh": "自动起草（关键词“{word}”）：\n\n{text}",
        "en": "Drafted automatically (keyword “{word}”):\n\n{text}",
    },
    "which": {
        "zh": "您想问的是哪一个？请选一项或回复序号；都不是就回复 0，我马上转给同事。\n{choices}",
        "en": "Which of these do you mean? Choose one or reply with its number; 0 for none of them, and a colleague takes over."
        "\n{choices}",
    },
    "may_skip": {"zh": "（可以回复“跳过”）", "en": " (reply “skip” to leave it out)"},
    "cancelled": {
        "zh": "好的，已取消，不再询问。还有别的问题就直接写下来；需要同事时回复“转人工”。",
        "en": "All right, cancelled. If there is anything else, just write it; reply “agent” for a colleague.",
    },
    "form_done": {
        "zh": "谢谢，资料已经记下，同事会接着处理，请稍等。",
        "en": "Thank you, that is all noted. A colleague goes on from here.",
    },
    "form_note": {
        "zh": "自动询问“{name}”：{state}\n{lines}",
        "en": "Asked automatically, “{name}”: {state}\n{lines}",
    },
    "form_whole": {"zh": "已填完", "en": "complete"},
    "form_left": {"zh": "没有填完", "en": "not complete"},
    "not_filled": {
        "zh": "以下内容没能写入工单，请手工填写：{what}",
        "en": "Could not be put into the ticket, fill it in by hand: {what}",
    },
    "unread_empty": {"zh": "没有看到内容。", "en": "There was nothing in that."},
    "unread_long": {
        "zh": "内容太长了，最多 {most} 个字。",
        "en": "That is too long: {most} characters at most.",
    },
    "unread_text": {
        "zh": "格式不对，请检查后再发一次。",
        "en": "That is not in the right form; check it and send it again.",
    },
    "unread_order": {
        "zh": "没有认出订单号。请只发一个订单号，可以在“我的订单”里复制。",
        "en": "I could not find an order number in that. Send just the one number; you can copy it from My orders.",
    },
    "unread_phone": {
        "zh": "没有认出电话号码。请发一个号码，外地座机带上区号。",
        "en": "I could not find a phone number in that. Send one number, with its area or country code.",
    },
    "unread_date": {
        "zh": "没有认出日期。请写成 {example} 或“11月5日”“昨天”这样。",
        "en": "I could not find a date in that. Write it as {example}, “Nov 5” or “yesterday”.",
    },
    "unread_future": {
        "zh": "{day} 还没到，请再看一下日期。",
        "en": "{day} is still to come; check the date.",
    },
    "unread_past": {"zh": "{day} 已经过去，请再看一下日期。", "en": "{day} is past already; check the date."},
    "unread_choice": {
        "zh": "没有认出您选的是哪一项，请回复 1 到 {most} 的序号。",
        "en": "I could not tell which one you mean; reply with a number from 1 to {most}.",
    },
    "unread_number": {
        "zh": "没有认出数字，请只发一个数字。",
        "en": "I could not find a number in that; send just one.",
    },
    "unread_range": {"zh": "{zh}", "en": "{en}"},
}
_GREETING = re.compile(
    r"^(?:(?:你好|您好|哈喽|嗨|在吗|在么|在不在|早上好|上午好|下午好|晚上好|"
    r"hi|hello|hey|good (?:morning|afternoon|evening)|there)"
    r"[\s,，.。!！~～?？呀啊哦]*)+$"
)


def words(kind: str, language: str, **params: object) -> str:
    """In Chinese for Chinese, in English for everything else."""
    return WORDS[kind]["zh" if language.startswith("zh") else "en"].format(**params)


def is_greeting(text: str) -> bool:
    """Whether a message greets and says nothing else."""
    return bool(_GREETING.match(" ".join(unicodedata.normalize("NFKC", text).casefold().split())))
