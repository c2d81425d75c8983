"""Policies that ship as examples to begin from: nobody is under one until somebody publishes it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from zhiyin.sla.definitions import MetricForm

_FOLDER = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class Pack:
    key: str
    name_zh: str
    name_en: str
    note_zh: str
    note_en: str
    track: str
    conditions: dict[str, Any]
    metrics: list[MetricForm]


@cache
def packs() -> list[Pack]:
    """All that ship, the most usual first."""
    read = [(tomllib.loads(path.read_text(encoding="utf-8")), path.stem) for path in _FOLDER.glob("*.toml")]
    return [_pack(told, key) for told, key in sorted(read, key=lambda one: one[0]["position"])]


def _pack(told: dict[str, Any], key: str) -> Pack:
    return Pack(
        key=key,
        name_zh=told["name_zh"],
        name_en=told["name_en"],
        note_zh=told["note_zh"],
        note_en=told["note_en"],
        track=told["track"],
        conditions=told["conditions"],
        metrics=[MetricForm(**metric) for metric in told["metrics"]],
    )
