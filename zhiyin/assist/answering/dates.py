"""The day a customer names, as people write days in Chinese and English. Pure.

It reads what `local.entities` knows as a date, and days counted from today.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

_NUMERALS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERAL = re.compile(r"[零〇一二三四五六七八九十两]+(?=[年月日号天])")
_DAYS = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3,
    "the day before yesterday": -2, "yesterday": -1, "today": 0, "tomorrow": 1, "the day after tomorrow": 2,
}  # fmt: skip
_RELATIVE = re.compile("|".join(sorted(_DAYS, key=len, reverse=True)))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMED_MONTH = f"(?P<month>{'|'.join(_MONTHS)})[a-z]*\\.?"
_YMD = re.compile(r"(?<!\d)(?P<y>20\d\d)\s*[年./-]\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})(?!\d)")
_MD = re.compile(r"(?<![\d./-])(?P<m>\d{1,2})\s*(?:月份?|[./-])\s*(?P<d>\d{1,2})(?:[日号]|(?![\d./%-]))")
_MONTH_DAY = re.compile(rf"\b{_NAMED_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y>20\d\d))?")
_DAY_MONTH = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{_NAMED_MONTH}(?:,?\s+(?P<y>20\d\d))?\b"
)
_AGO = re.compile(r"(?P<n>\d{1,3})\s*(?:天(?P<zh>前|后)|days?\s+(?P<en>ago|from now))")
_WEEK = re.compile(r"(?P<which>上个?|这个?|本|下个?)(?:周|星期|礼拜)(?P<day>[一二三四五六日天])")
_WEEK_EN = re.compile(rf"\b(?P<which>last|this|next)\s+(?P<day>{'|'.join(_WEEKDAYS)})[a-z]*\b")


def date_in(text: str, *, today: date) -> date | None:
    """The first day named; None where none is, or it is not in the calendar.

    A day without a year is the one nearest to today. Weeks begin on Monday. Figures alone are month and day (11/5).
    """
    told = _NUMERAL.sub(lambda one: str(_value(one.group())), unicodedata.normalize("NFKC", text).casefold())
    for pattern, read in _FORMS:
        if (found := pattern.search(told)) is not None:
            try:
                return read(found, today)
            except ValueError:
                return None
    return None


def _value(numeral: str) -> int:
    if "十" in numeral:
        tens, _, ones = numeral.partition("十")
        return (_NUMERALS[tens[-1]] if tens else 1) * 10 + (_NUMERALS[ones[0]] if ones else 0)
    return int("".join(str(_NUMERALS[char]) for char in numeral))


def _full(found: re.Match[str], today: date) -> date:
    return date(int(found["y"]), int(found["m"]), int(found["d"]))


def _without_year(found: re.Match[str], today: date) -> date:
    return _nearest(int(found["m"]), int(found["d"]), today)


def _by_name(found: re.Match[str], today: date) -> date:
    month, day = _MONTHS.index(found["month"]) + 1, int(found["d"])
    return date(int(found["y"]), month, day) if found["y"] else _nearest(month, day, today)


def _counted(found: re.Match[str], today: date) -> date:
    back = found["zh"] == "前" or found["en"] == "ago"
    return today + timedelta(days=-int(found["n"]) if back else int(found["n"]))


def _relative(found: re.Match[str], today: date) -> date:
    return today + timedelta(days=_DAYS[found.group()])


def _of_week(found: re.Match[str], today: date) -> date:
    which = {"上": -7, "下": 7, "l": -7, "n": 7}.get(found["which"][0], 0)
    day = "一二三四五六日".find(found["day"]) if found["day"] != "天" else 6
    place = day if day >= 0 else _WEEKDAYS.index(found["day"])
    return today - timedelta(days=today.weekday()) + timedelta(days=which + place)


def _nearest(month: int, day: int, today: date) -> date:
    years = [year for year in range(today.year - 4, today.year + 5) if _exists(year, month, day)]
    if not years:
        raise ValueError
    return min((date(year, month, day) for year in years), key=lambda one: abs(one - today))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date]], ...] = (
    (_YMD, _full),
    (_MONTH_DAY, _by_name),
    (_DAY_MONTH, _by_name),
    (_MD, _without_year),
    (_AGO, _counted),
    (_WEEK, _of_week),
    (_WEEK_EN, _of_week),
    (_RELATIVE, _relative),
)
