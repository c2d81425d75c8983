"""The desk's types are made from web/desk/openapi.json: it must say what the API says."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

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


def test_no_two_shapes_share_a_name() -> None:
    """The description knows shapes by their names alone: of two with one name it would tell only the last."""
    named: dict[str, set[str]] = defaultdict(set)
    for model in _models():
        named[model.__name__].add(f"{model.__module__}.{model.__qualname__}")
    ours = {name: who for name, who in named.items() if any(one.startswith("zhiyin.") for one in who)}
    assert len(ours) > 300
    assert {name: sorted(who) for name, who in ours.items() if len(who) > 1} == {}


def _models() -> set[type[BaseModel]]:
    """Every shape that goes in or out somewhere, with those inside it."""
    found: set[type[BaseModel]] = set()
    waiting: list[Any] = [
        model
        for _, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
        for model in (*operation.models, *operation.response_models.values())
    ]
    while waiting:
        one = waiting.pop()
        waiting.extend(get_args(one))
        if isinstance(one, type) and issubclass(one, BaseModel) and one not in found:
            found.add(one)
            waiting.extend(field.annotation for field in one.model_fields.values())
    return found


def _parts(kept: Any, told: Any) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    return [
        ("paths", kept["paths"], told["paths"]),
        ("schemas", kept["components"]["schemas"], told["components"]["schemas"]),
    ]
