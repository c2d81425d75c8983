"""Whether a customer asks for a person. Pure."""

from __future__ import annotations

import re
import unicodedata

SHORT = 60  # characters; in a longer text the word has to be asked for
_WHOLE = re.compile(
    r"^(?:请|我要|我想|麻烦|快|帮我|给我|能不能|可以|直接|只要)*\s*(?:转|找|要|换|接|叫|联系)?\s*"
    r"(?:一下|个|一个|下)?\s*(?:人工|真人|活人|人工客服|人工服务|客服人员|坐席|专员|人工坐席)(?:客服|服务|台)?\s*(?:来|吧|谢谢|可以吗|行吗|好吗|一下|啊|呢)*[\s!！。.?？]*$"
)
_ANYWHERE = re.compile(
    r"转\s*(?:到|接)?\s*(?:人工|真人|客服)|(?:要|找|换|叫|接|联系|让)\s*(?:一|个|一个|位|一位)?\s*(?:人工|真人|活人)"
    r"|(?:不要|别|不想|不跟|别用|不和|不想跟|不想和)(?:跟|和|让|给我)?\s*(?:机器人|自动回复|ai)|人工客服|人工服务|真人客服"
)
_ENGLISH = re.compile(
    r"\b(?:(?:speak|talk|chat|connect(?:\s+me)?|transfer(?:\s+me)?|put\s+me\s+through|hand\s+me\s+over)\s+(?:to|with)\s+"
    r"(?:an?\s+|the\s+|some|any|your\s+)*(?:real\s+|actual\s+|live\s+|human\s+)*"
    r"(?:person|human|agent|body|one|representative|rep|advisor|operator|staff|someone|somebody|colleague|support)"
    r"|(?:real|actual|live)\s+(?:person|human|agent)|human\s+(?:agent|being|please|support)|(?:not|no)\s+(?:a\s+)?(?:bot|robot|ai)\b)"
)
_ENGLISH_WHOLE = re.compile(
    r"^(?:please\s+|get\s+me\s+|i\s+(?:want|need)\s+|give\s+me\s+)*(?:an?\s+|the\s+)?"
    r"(?:agent|human|person|operator|representative|real person|live agent|customer service|someone|somebody)"
    r"(?:\s+please|\s+now)*[\s!.?]*$"
)


def asks_for_person(text: str) -> bool:
    """Typed requests such as 转人工, 人工, agent, real person, "can I talk to a person"."""
    told = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if len(told) <= SHORT and (_WHOLE.match(told) or _ENGLISH_WHOLE.match(told)):
        return True
    return bool(_ANYWHERE.search(told) or _ENGLISH.search(told))
