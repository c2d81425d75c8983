"""Numbers as people write and say them, and the check digits that tell one kind from another."""

from __future__ import annotations

import re

# a digit in any writing: 7 ７ 七 幺 两
DIGIT = "0-9０-９零〇○一二三四五六七八九幺两"
_VALUES = {char: str(value) for value, char in enumerate("零一二三四五六七八九")}
_VALUES |= {"〇": "0", "○": "0", "幺": "1", "两": "2"} | {
    chr(0xFF10 + value): str(value) for value in range(10)
}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def plain_digits(text: str) -> str:
    """The digits and letters of a number, all in one writing."""
    told = "".join(_VALUES.get(char, char) for char in text)
    return re.sub(r"[^0-9A-Z]", "", told.upper().translate({0xFF38: "X", 0xFF58: "X"}))


def is_identity_number(text: str) -> bool:
    """GB 11643: 17 digits with a date of birth among them, and their check character."""
    if not re.fullmatch(
        r"[1-9]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", text
    ):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False)) % 11
    return "10X98765432"[rest] == text[17]


def is_card_number(text: str) -> bool:
    """16 to 19 digits that pass the Luhn check."""
    if not re.fullmatch(r"[2-6]\d{15,18}", text):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def is_credit_code(text: str) -> bool:
    """GB 32100: the 18 characters of a Chinese organisation, and their check character."""
    if not re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", text):
        return False
    total = sum(_CREDIT.index(char) * pow(3, place, 31) for place, char in enumerate(text[:17]))
    return _CREDIT[(31 - total % 31) % 31] == text[17]
