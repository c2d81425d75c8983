"""What reading comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_ITEMS = 1000


class Unreadable(Exception):
    """It can't be read; says why in both languages, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass
class Found:
    """One entry to be, as a file says it. `pictures` maps a name in its HTML to content and media type."""

    source: str
    title: str = ""
    html: str = ""
    kind: str = "article"
    language: str = ""
    region: str = ""
    questions: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    category: str = ""  # a path of names: 退款 / 到账
    audience: str = ""
    situation: str = ""
    mood: str = ""
    pictures: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    refused: Unreadable | None = None
