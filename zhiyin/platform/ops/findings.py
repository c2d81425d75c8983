"""What a look at the running centre found, and what to do about it.

`zhiyin doctor`, the health page and the live test of a channel all speak in findings. A domain
adds its own in `<domain>/findings.py`, which is loaded when checks run:

    @check("mailboxes")
    def check_mailboxes(*, now: datetime) -> Iterable[Finding]: ...
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from django.utils.module_loading import autodiscover_modules

log = logging.getLogger(__name__)

Level = Literal["ok", "warn", "error"]
Check = Callable[..., Iterable["Finding"]]
_SEVERITY: dict[Level, int] = {"ok": 0, "warn": 1, "error": 2}
_checks: dict[str, Check] = {}
C = TypeVar("C", bound=Check)


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


def ok(code: str, *, zh: str, en: str) -> Finding:
    """It was looked at and is well."""
    return Finding(level="ok", code=code, zh=zh, en=en)


def warn(code: str, *, zh: str, en: str, next_zh: str, next_en: str) -> Finding:
    """It works, but somebody should see to it."""
    return Finding(level="warn", code=code, zh=zh, en=en, next_zh=next_zh, next_en=next_en)


def error(code: str, *, zh: str, en: str, next_zh: str, next_en: str) -> Finding:
    """It doesn't work until somebody sees to it."""
    return Finding(level="error", code=code, zh=zh, en=en, next_zh=next_zh, next_en=next_en)


def check(name: str) -> Callable[[C], C]:
    """Register a function `(*, now) -> Iterable[Finding]` under a name unique in the program."""

    def register(function: C) -> C:
        if _checks.get(name, function).__module__ != function.__module__:
            raise ValueError(f"two checks are named {name!r}")
        _checks[name] = function
        return function

    return register


def worst(findings: Collection[Finding]) -> Level:
    """The gravest level among the findings; 'ok' when there are none."""
    return max((finding.level for finding in findings), key=_SEVERITY.__getitem__, default="ok")


def run_checks(*, now: datetime, names: Collection[str] | None = None) -> dict[str, list[Finding]]:
    """Findings by check, in order of registration; a check that fails is itself an error finding."""
    autodiscover_modules("findings")
    chosen = {name: function for name, function in _checks.items() if names is None or name in names}
    return {name: _run_one(name, function, now) for name, function in chosen.items()}


def _run_one(name: str, function: Check, now: datetime) -> list[Finding]:
    try:
        return list(function(now=now))
    except Exception as problem:
        log.exception("check failed", extra={"check": name})
        return [
            error(
                f"{name}.check_failed",
                zh=f"检查“{name}”时出错：{problem}",
                en=f"The check {name!r} itself failed: {problem}",
                next_zh="查看日志中的详细错误；如持续出现，请连同日志报告。",
                next_en="See the log for the details; if it stays, report it with the log.",
            )
        ]
