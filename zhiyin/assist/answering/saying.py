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
