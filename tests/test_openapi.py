"""The desk's types are made from web/desk/openapi.json: it must say what the API says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zhiyin.api import api

KEPT = Path(__file__).parents[1] / "web" / "desk" / "openapi.json"


def test_the_kept_description_is_the_apis_own() -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    told = json.loads(json.dumps(api.get_openapi_schema()))
    differing = sorted(
        f"{part}.{name}"
        for part, kept_part, told_part in _parts(kept, told)
        for name in {**kept_part, **told_part}
        if kept_part.get(name) != told_part.get(name)
    )
    assert differing == [], f"run `make openapi`: {differing[:10]}"
    assert kept == told


def _parts(kept: Any, told: Any) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    return [
        ("paths", kept["paths"], told["paths"]),
        ("schemas", kept["components"]["schemas"], told["components"]["schemas"]),
    ]
