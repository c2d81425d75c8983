"""Which language the terminal speaks: --lang, else ZHIYIN_LANG, else the locale (Chinese when zh)."""

from __future__ import annotations

import os

from zhiyin.cli.failures import CommandFailed

_LOCALE_VARIABLES = ("ZHIYIN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def choose_language(words: list[str]) -> list[str]:
    """Take --lang out of the command's words and remember it, for this process and its children."""
    rest: list[str] = []
    chosen = ""
    waiting = iter(words)
    for word in waiting:
        if word == "--lang":
            chosen = next(waiting, "?")
        elif word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
        else:
            rest.append(word)
    if chosen:
        if chosen[:2].lower() not in ("zh", "en"):
            raise CommandFailed(zh="--lang 只能是 zh 或 en。", en="--lang must be zh or en.", exit_code=2)
        os.environ["ZHIYIN_LANG"] = chosen[:2].lower()
    return rest


def language() -> str:
    """'zh' or 'en'."""
    for variable in _LOCALE_VARIABLES:
        if value := os.environ.get(variable):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def say(zh: str, en: str) -> str:
    """The one of the two that the person at the terminal reads."""
    return zh if language() == "zh" else en
