"""What a look at the running centre found, and what to do about it.

`zhiyin doctor`, the health page and the live test of a channel all speak in findings. A domain
adds its own in `<domain>/findings.py`, which is loaded when checks run:

    @check("mailboxes", zh="邮箱", en="Mailboxes", live=True)
    def check_mailboxes(*, now: datetime) -> Iterable[Finding]: ...
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Literal, TypeVar

from django.db import OperationalError, connection
from django.utils.module_loading import autodiscover_modules

log = logging.getLogger(__name__)

Level = Literal["ok", "warn", "error"]
Look = Callable[..., Iterable["Finding"]]
L = TypeVar("L", bound=Look)
_SEVERITY: dict[Level, int] = {"ok": 0, "warn": 1, "error": 2}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at; `code` is stable ('database.too_old'), the words are for people."""

    level: Level
    code: str
    zh: str
    en: str
    next_zh: str = ""
    next_en: str = ""

    def message(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def next_step(self, language: str) -> str:
        return self.next_zh if language.startswith("zh") else self.next_en

    def in_words(self, language: str) -> dict[str, str]:
        """The JSON form: level, code, message and next_step in one language."""
        return {
            "level": self.level,
            "code": self.code,
            "message": self.message(language),
            "next_step": self.next_step(language),
        }


@dataclass(frozen=True, kw_only=True)
class Check:
    """A registered look; `live` ones reach out of this machine and are left out of the health page."""

    name: str
    zh: str
    en: str
    look: Look
    live: bool
    needs_database: bool

    def title(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


_checks: dict[str, Check] = {}


def ok(code: str, *, zh: str, en: str) -> Finding:
    """It was looked at and is well."""
    return Finding(level="ok", code=code, zh=zh, en=en)


def warn(code: str, *, zh: str, en: str, next_zh: str, next_en: str) -> Finding:
    """It works, but somebody should see to it."""
    return Finding(level="warn", code=code, zh=zh, en=en, next_zh=next_zh, next_en=next_en)


def error(code: str, *, zh: str, en: str, next_zh: str, next_en: str) -> Finding:
    """It doesn't work until somebody sees to it."""
    return Finding(level="error", code=code, zh=zh, en=en, next_zh=next_zh, next_en=next_en)


def check(
    name: str, *, zh: str, en: str, live: bool = False, needs_database: bool = True
) -> Callable[[L], L]:
    """Register a function `(*, now) -> Iterable[Finding]` under a name and a title of its own."""

    def register(look: L) -> L:
        known = _checks.get(name)
        if known is not None and known.look.__module__ != look.__module__:
            raise ValueError(f"two checks are named {name!r}")
        _checks[name] = Check(name=name, zh=zh, en=en, look=look, live=live, needs_database=needs_database)
        return look

    return register


def worst(findings: Collection[Finding]) -> Level:
    """The gravest level among the findings; 'ok' when there are none."""
    return max((finding.level for finding in findings), key=_SEVERITY.__getitem__, default="ok")


def run_checks(*, now: datetime, live: bool = False) -> list[tuple[Check, list[Finding]]]:
    """Every check with what it found; a check that fails is itself an error. `live` ones only when asked for."""
    import_module("zhiyin.platform.ops.checks")
    autodiscover_modules("findings")
    database = _database_answers()
    chosen = [check for check in _checks.values() if live or not check.live]
    return [(check, _run_one(check, now)) for check in chosen if database or not check.needs_database]


def _database_answers() -> bool:
    try:
        connection.ensure_connection()
    except OperationalError:
        return False
    return True


def _run_one(check: Check, now: datetime) -> list[Finding]:
    try:
        return list(check.look(now=now))
    except Exception as problem:
        log.exception("check failed", extra={"check": check.name})
        return [
            error(
                f"{check.name}.check_failed",
                zh=f"检查“{check.zh}”时出错：{problem}",
                en=f"The check {check.en!r} itself failed: {problem}",
                next_zh="查看日志中的详细错误；如持续出现，请连同日志报告。",
                next_en="See the log for the details; if it stays, report it with the log.",
            )
        ]
