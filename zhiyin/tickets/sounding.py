"""How a name is typed without changing the keyboard: its pinyin and the initials of it."""

from __future__ import annotations

import re


def sounds_of(name: str) -> str:
    """'退款安抚' gives 'tkaf tuikuananfu'; a name without Chinese gives ''."""
    if not re.search(r"[\u4e00-\u9fff]", name):
        return ""
    from pypinyin import Style, lazy_pinyin  # late: its tables take a while to load

    initials = "".join(part[0] for part in lazy_pinyin(name, style=Style.NORMAL) if part.strip())
    whole = "".join(lazy_pinyin(name, style=Style.NORMAL))
    return f"{initials} {whole}".lower()
