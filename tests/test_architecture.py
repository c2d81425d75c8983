"""The one rule and the house numbers, as checks. An exception list may only shrink."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from zhiyin.platform.event_log.facts import known_facts

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "zhiyin"
# from the ground up; those on one floor do not know each other
FLOORS = [
    ["platform"],
    ["people"],
    ["channels", "customers", "knowledge"],
    ["tickets"],
    ["workforce", "sla", "assist"],
    ["routing"],
    ["procedures"],
    ["quality", "voice", "incidents"],
    ["coaching"],
    ["automation"],
    ["analytics"],
    ["performance", "trust"],
    ["integrations", "notifications", "portal"],
    ["desk"],
]
FLOOR = {domain: number for number, floor in enumerate(FLOORS) for domain in floor}
PRIVATE = ("api", "reactions", "jobs")  # of a domain: nobody else's business
WRITES = {"create", "bulk_create", "update", "bulk_update", "get_or_create", "update_or_create", "delete"}

LONGEST_FILE, LONGEST_TEST_FILE, LONGEST_FUNCTION = 500, 800, 60


def sources(*, tests: bool) -> list[Path]:
    found = [
        path
        for path in PACKAGE.rglob("*.py")
        if "migrations" not in path.parts and "frontend" not in path.parts
    ]
    found = [path for path in found if ("tests" in path.parts or "testing" in path.parts) == tests]
    return found + (list((ROOT / "tests").rglob("*.py")) if tests else [])


def domain_of(module: str) -> str:
    return module.removeprefix("zhiyin.").split(".")[0]


def test_foreign_keys_point_down() -> None:
    sideways = []
    for model in apps.get_models():
        domain = domain_of(model.__module__)
        if not model.__module__.startswith("zhiyin.") or domain not in FLOOR:
            continue
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model.__module__.startswith("zhiyin."):
                target = domain_of(field.related_model.__module__)
                if target != domain and FLOOR[target] >= FLOOR[domain]:
                    sideways.append(f"{model.__name__}.{field.name} → {field.related_model.__name__}")
    assert sideways == []


def test_other_domains_get_no_way_back_through_a_foreign_key() -> None:
    """A reverse accessor from below would let the lower domain read the upper one."""
    open_doors = []
    for model in apps.get_models():
        if not model.__module__.startswith("zhiyin."):
            continue
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model.__module__.startswith("zhiyin."):
                crosses = domain_of(field.related_model.__module__) != domain_of(model.__module__)
                if crosses and not field.remote_field.hidden:
                    open_doors.append(f"{model.__name__}.{field.name}")
    assert open_doors == []


def imports_of(path: Path) -> Iterator[tuple[str, list[str]]]:
    """(module, names) of each import from our own package."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("zhiyin."):
            yield node.module or "", [alias.name for alias in node.names]


def test_what_is_private_to_a_domain_is_used_by_nobody_else() -> None:
    trespassing = []
    for path in sources(tests=False):
        own = path.relative_to(PACKAGE).parts[0]
        if own in ("api.py", "urls.py", "cli", "demo"):  # where everything is put together
            continue
        for module, _ in imports_of(path):
            parts = module.split(".")
            if (
                len(parts) > 2
                and parts[1] != own
                and parts[1] in FLOOR
                and parts[1] != "platform"
                and parts[2] in PRIVATE
            ):
                trespassing.append(f"{path.relative_to(ROOT)} uses {module}")
    assert trespassing == []


def test_only_its_owner_writes_a_model() -> None:
    trespassing = []
    for path in sources(tests=False):
        own = path.relative_to(PACKAGE).parts[0]
        if own in ("cli", "demo"):  # demo data is loaded in bulk
            continue
        foreign = {
            name
            for module, names in imports_of(path)
            if ".models" in module and domain_of(module) not in (own, "platform")
            for name in names
        }
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WRITES
            ):
                root = node.func.value
                while isinstance(root, (ast.Attribute, ast.Call)):
                    root = root.func if isinstance(root, ast.Call) else root.value
                if isinstance(root, ast.Name) and root.id in foreign:
                    trespassing.append(f"{path.relative_to(ROOT)}:{node.lineno} writes {root.id}")
    assert trespassing == []


def test_every_fact_is_documented_and_named_by_its_domain_in_the_past_tense() -> None:
    assert known_facts()
    for name, fact in known_facts().items():
        if (
            not fact.__module__.startswith("zhiyin.")
            or ".tests." in fact.__module__
            or name.startswith("timer.")
        ):
            continue
        assert name.split(".")[0] in {*FLOOR, "chat"}, name
        assert (fact.__doc__ or "").strip().endswith((".", "。")), f"{name} says nothing of itself"
        assert not (fact.__doc__ or "").startswith(f"{fact.__name__}("), (
            f"{name} has only the generated docstring"
        )


def test_no_model_signals_and_no_on_commit() -> None:
    banned = ("on_commit(", "post_save", "pre_save.connect", "post_delete", "m2m_changed", "@receiver")
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in sources(tests=False)
        for word in banned
        if word in path.read_text()
    ]
    assert found == []


def test_files_are_small() -> None:
    sizes = {path: len(path.read_text().splitlines()) for path in sources(tests=False)}
    ordered = sorted(sizes.values())
    assert statistics.median(ordered) <= 80
    assert ordered[int(len(ordered) * 0.95)] <= 300
    assert [str(path) for path, size in sizes.items() if size > LONGEST_FILE] == []
    tests = {path: len(path.read_text().splitlines()) for path in sources(tests=True)}
    assert [str(path) for path, size in tests.items() if size > LONGEST_TEST_FILE] == []


def functions() -> Iterator[tuple[str, int]]:
    for path in sources(tests=False):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno:
                yield f"{path.relative_to(ROOT)}:{node.name}", node.end_lineno - node.lineno + 1


def test_functions_are_short() -> None:
    sizes = dict(functions())
    ordered = sorted(sizes.values())
    assert ordered[int(len(ordered) * 0.95)] <= 40
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}


def test_vue_files_are_small() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "web").rglob("*.vue")
        if "node_modules" not in path.parts and (lines := len(path.read_text().splitlines())) > 250
    }
    assert long == {}


@pytest.mark.parametrize(
    "package",
    sorted(
        path.name for path in PACKAGE.iterdir() if (path / "models.py").exists() or (path / "models").exists()
    ),
)
def test_every_domain_introduces_itself(package: str) -> None:
    front = ast.parse((PACKAGE / package / "__init__.py").read_text())
    assert ast.get_docstring(front), f"zhiyin/{package}/__init__.py has no front page"
    assert len(front.body) == 1, f"zhiyin/{package}/__init__.py holds code"


def test_the_stack_of_import_linter_is_this_stack() -> None:
    layers = [
        line.strip(' ",()')
        for line in (ROOT / "pyproject.toml").read_text().split("layers = [")[1].split("]")[0].splitlines()
    ]
    order = [
        FLOOR[name]
        for line in layers
        for name in [line.removeprefix("zhiyin.").split(")")[0]]
        if name in FLOOR
    ]
    assert all(upper >= lower for upper, lower in pairwise(order))


@pytest.mark.xdist_group("together")
def test_tests_of_a_group_run_on_one_worker(request: pytest.FixtureRequest) -> None:
    """They share a centre, a port or a folder; a runner that drops the group would set them on each other."""
    if getattr(request.config.option, "loadgroup", False):
        assert request.node.nodeid.endswith("@together")
