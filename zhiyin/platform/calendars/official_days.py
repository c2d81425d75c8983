"""Official days off, shipped as data: a file each country, a notice each year."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "official"


@dataclass(frozen=True)
class OfficialDay:
    on: date
    is_makeup: bool
    zh: str
    en: str


@dataclass(frozen=True)
class Official:
    """A country's official days; `sources` has the notice of each year."""

    key: str
    name_zh: str
    name_en: str
    sources: dict[int, str]
    days: tuple[OfficialDay, ...]


@cache
def official_calendars() -> dict[str, Official]:
    """All that are shipped, by key."""
    return {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.toml"))}


def _read(path: Path) -> Official:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    years = {int(year): told[year] for year in sorted(told) if year.isdecimal()}
    days = [day for notice in years.values() for day in _days(notice)]
    return Official(
        key=path.stem,
        name_zh=told["name_zh"],
        name_en=told["name_en"],
        sources={year: notice["source"] for year, notice in years.items()},
        days=tuple(sorted(days, key=lambda day: day.on)),
    )


def _days(notice: dict[str, Any]) -> list[OfficialDay]:
    off = [
        OfficialDay(one["from"] + timedelta(days=n), False, one["zh"], one["en"])
        for one in notice["days"]
        for n in range((one["to"] - one["from"]).days + 1)
    ]
    return off + [OfficialDay(one["on"], True, one["zh"], one["en"]) for one in notice["makeup"]]
