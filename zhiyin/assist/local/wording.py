"""Words that an answer should not go out with: promises nobody can keep, insults, blame; each with a better way to say it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    kind: str  # promise | insult | blame | private_channel
    pattern: re.Pattern[str]
    better_zh: str
    better_en: str


@dataclass(frozen=True)
class Remark:
    start: int
    end: int
    kind: str
    text: str
    better_zh: str
    better_en: str


_RULES = (
    Rule("promise",
         re.compile(r"(?<!不)(?<!不能)(?:百分之?百|100%|绝对|保证|一定会|肯定会|肯定能|永远不会|包您满意|万无一失)(?!金|书|险)"),
         "说明会做什么、何时回复，例如“我会在今天 18:00 前回复您进展”。",
         "Say what you will do and by when, for example “I will write to you by 6 pm”."),
    Rule("promise",
         re.compile(r"\b(?:100 ?%|guarantee[ds]?|absolutely (?:will|sure)|definitely will|will definitely|never happen again|i promise)\b", re.IGNORECASE),
         "说明会做什么、何时回复，例如“我会在今天 18:00 前回复您进展”。",
         "Say what you will do and by when, for example “I will write to you by 6 pm”."),
    Rule("insult",
         re.compile(r"有病|傻[逼瓜子]|白痴|弱智|滚|闭嘴|你有完没完|听不懂人话|脑子|神经病|\b(?:idiot|stupid|shut up|moron|dumb|are you deaf)\b", re.IGNORECASE),
         "删去，对事不对人，例如“我理解您着急，我们一起看看怎么解决”。",
         "Leave it out and speak of the matter: “I see why this is upsetting; let us look at what we can do”."),
    Rule("blame",
         re.compile(r"是您自己|您自己(?:没|不|操作|弄)|不是我们的(?:问题|责任)|跟我们(?:没|无)关系?|怪不了我们|\b(?:your own fault|not our (?:problem|fault)|you should have)\b", re.IGNORECASE),
         "先查清原因再说明，例如“我查到的情况是……，接下来可以这样处理”。",
         "Say what you found and what comes next: “Here is what I see, and what we can do”."),
    Rule("private_channel",
         re.compile(r"加我(?:个人)?(?:微信|V|v|qq|QQ)|私下|我的(?:微信|手机号?)(?:是|：)|\b(?:my (?:own )?(?:whatsapp|telegram|wechat|number) is|text me at)\b", re.IGNORECASE),
         "请留在官方渠道，例如“您可以直接在这里回复我”。",
         "Stay on our own channels: “You can answer me right here”."),
)  # fmt: skip


def remarks_on(text: str) -> list[Remark]:
    """What to look at again before sending, in the order of the text."""
    found = [
        Remark(one.start(), one.end(), rule.kind, one.group(), rule.better_zh, rule.better_en)
        for rule in _RULES
        for one in rule.pattern.finditer(text[:20_000])
    ]
    return sorted(found, key=lambda remark: remark.start)
