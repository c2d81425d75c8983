"""The one form in which questions and entries are compared."""

from __future__ import annotations

import re
from functools import lru_cache

import opencc

from zhiyin.platform.text.characters import fold

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
TOKEN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z][a-z']*|[0-9]+(?:\.[0-9]+)?")

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = "天日个小时分钟秒元块角年月周星期期次张兆折倍层岁"
_NUMERAL = re.compile(
    f"([一二三四五六七八九两]?十[一二三四五六七八九]?|[一二三四五六七八九两])(?=[{_UNITS}])"
)
_SAME_UNIT = [
    (re.compile(r"(?<=\d)\s*块钱?"), "元"),
    (re.compile(r"(?<=\d)\s*日(?!期)"), "天"),
    (re.compile(r"(?<=\d)\s*(?:gb|个g)(?![a-z])"), "g"),
    (re.compile(r"(?<=\d)\s*(?:mbps|mb)(?![a-z])"), "兆"),
    (re.compile(r"(?<=\d)\s*(?:rmb|yuan)(?![a-z])"), "元"),
    (re.compile(r"[¥￥]\s*(\d+(?:\.\d+)?)"), r"\1元"),
]


def normal(text: str) -> str:
    """Compatibility forms unified, caseless, simplified characters, small numbers in figures, one name for a unit."""
    text = _to_simplified().convert(fold(text))
    text = _NUMERAL.sub(lambda match: str(_value(match.group())), text)
    for pattern, unit in _SAME_UNIT:
        text = pattern.sub(unit, text)
    return text


def _value(numeral: str) -> int:
    if "十" not in numeral:
        return _DIGITS[numeral]
    tens, ones = numeral.split("十")
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
