"""The documents: links lead somewhere, and what they say of commands, settings and permissions is so."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest

from zhiyin.cli.export import COLUMNS
from zhiyin.cli.main import COMMANDS
from zhiyin.integrations.catalogue import TYPES
from zhiyin.people.permissions import PERMISSIONS
from zhiyin.platform.outbound.signing import new_secret, signed_headers
from zhiyin.settings import env

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LANGUAGES = ["en", "zh"]
# the same page in the other language
PAIRS = [
    (ROOT / "README.md", ROOT / "README.zh-CN.md"),
    (DOCS / "tutorial.md", DOCS / "tutorial.zh-CN.md"),
] + [(page, DOCS / "zh" / page.name) for page in sorted((DOCS / "en").glob("*.md"))]
SHOWN_COMMANDS = {name for name, (_, _, english) in COMMANDS.items() if english}
LARGEST_PICTURE = 250_000


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def without_code(page: Path) -> str:
    return re.sub(r"^ *```.*?^ *```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    """The page's code blocks in this language, without their indentation."""
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return [str(block) for block in found]


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", without_code(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def guide(language: str) -> str:
    return "\n".join(page.read_text() for page in sorted((DOCS / language).glob("*.md")))


@pytest.mark.parametrize("paper", PAGES, ids=named)
def test_links_lead_to_files_and_headings_that_exist(paper: Path) -> None:
    text = without_code(paper)
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    broken = []
    for target in targets:
        if re.match(r"[a-z]+:", target):
            continue
        place, _, heading = unquote(target).partition("#")
        found = (paper.parent / place).resolve() if place else paper
        if not found.exists() or (heading and heading not in anchors(found)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=named)
def test_both_languages_have_the_same_sections_and_examples(english: Path, chinese: Path) -> None:
    def shape(page: Path) -> list[int]:
        return [len(level) for level in re.findall(r"^(#+) ", without_code(page), flags=re.MULTILINE)]

    def examples(page: Path) -> list[str]:
        return re.findall(r"^ *```(\w*)$", page.read_text(), flags=re.MULTILINE)

    assert shape(english) == shape(chinese)
    assert examples(english) == examples(chinese)
    assert {page.name for page in (DOCS / "zh").glob("*.md")} == {
        page.name for page in (DOCS / "en").glob("*.md")
    }


def test_every_decision_is_listed() -> None:
    decisions = {page.name for page in (DOCS / "adr").glob("0*.md")}
    listed = re.findall(
        r"\[(\d+)\]\((\d{4}-[\w-]+\.md)\) \| (.+?) \|", (DOCS / "adr" / "README.md").read_text()
    )
    assert {file for _, file, _ in listed} == decisions
    for number, file, title in listed:
        assert file.startswith(f"{int(number):04}-")
        assert (DOCS / "adr" / file).read_text().startswith(f"# {number}. {title}\n")


@pytest.mark.parametrize("paper", PAGES, ids=named)
def test_tests_that_are_named_exist(paper: Path) -> None:
    """`path::name`: a function of a Python file, or the words of an `it` in a TypeScript one."""
    missing = []
    for place, name in re.findall(r"`([\w/.-]+\.(?:py|ts))::([^`]+)`", paper.read_text()):
        wanted = f"def {name}(" if place.endswith(".py") else f"it('{name}'"
        if not (ROOT / place).exists() or wanted not in (ROOT / place).read_text():
            missing.append(f"{place}::{name}")
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_thirty_complaints_are_answered_and_what_is_avoided_is_shown(language: str) -> None:
    rows = re.findall(
        r"^\| (\d+) \| .+? \| (.+?) \| .+? \|(.*)\|$",
        (DOCS / language / "complaints.md").read_text(),
        flags=re.MULTILINE,
    )
    assert [int(number) for number, _, _ in rows] == list(range(1, 31))
    assert [
        number for number, state, shown in rows if state in ("avoided", "已避免") and "::" not in shown
    ] == []


def make_configuration() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_configuration", DOCS / "make_configuration.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_configuration_pages_are_up_to_date() -> None:
    pages: dict[Path, str] = make_configuration().pages()
    assert {page.name for page in pages} == {"configuration.md"}
    for page, text in pages.items():
        assert page.read_text() == text, "run: make configuration"
        assert all(f"`{variable.name}`" in text for variable in env.variables)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_has_every_command_permission_export_and_web_hook(language: str) -> None:
    text = guide(language)
    wanted = {f"`zhiyin {command}`" for command in SHOWN_COMMANDS}
    wanted |= {f"`{permission.code}`" for permission in PERMISSIONS}
    wanted |= {f"zhiyin export {what}" for what in COLUMNS}
    wanted |= {f"`{type_}`" for type_ in TYPES}
    assert sorted(one for one in wanted if one not in text) == []


def commands_in(page: Path) -> Iterator[list[str]]:
    """Each `zhiyin …` of the page's shell blocks, as words."""
    for block in blocks(page, "shell"):
        for line in block.replace("\\\n", " ").splitlines():
            words = line.partition("  #")[0].split()
            if words and (words[0] == "zhiyin" or words[0].endswith("/bin/zhiyin")):
                yield words[1:]


@pytest.mark.parametrize("paper", [page for page in PAGES if any(commands_in(page))], ids=named)
def test_commands_in_shell_blocks_exist_and_take_their_options(paper: Path) -> None:
    for command, *rest in commands_in(paper):
        if command.startswith("-"):
            assert command in ("--help", "--version")
            continue
        assert command in SHOWN_COMMANDS, f"zhiyin {command}"
        known = options_of(command)
        told = {word.partition("=")[0] for word in rest if word.startswith("--")}
        assert told <= known, f"zhiyin {command}: {told - known}"


def options_of(command: str) -> set[str]:
    """The options a command takes, from its source: running all of them would take long."""
    source = (ROOT / "zhiyin" / "cli" / f"{COMMANDS[command][0]}.py").read_text()
    return {"--help", "--data", "--lang", *re.findall(r'"(--[a-z-]+)"', source)}


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named_ones = {target for page in PAGES for target in re.findall(r"`make ([a-z]+)`", page.read_text())}
    assert named_ones
    assert named_ones <= targets


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_receiver_in_the_guide_believes_us_and_nobody_else(language: str, monkeypatch: Any) -> None:
    secret = new_secret()
    monkeypatch.setenv("WEBHOOK_SECRET", secret)
    (program,) = blocks(DOCS / language / "api.md", "python")
    receiver: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(program, "receiver", "exec"), receiver)
    body = '{"type": "ping"}'
    ours = signed_headers(secret=secret, message_id="msg_1", at=datetime.now(UTC), body=body)
    old = signed_headers(secret=secret, message_id="msg_1", at=datetime(2020, 1, 1, tzinfo=UTC), body=body)
    forged = signed_headers(secret=new_secret(), message_id="msg_1", at=datetime.now(UTC), body=body)
    assert receiver["is_genuine"](ours, body.encode())
    assert not receiver["is_genuine"](ours, b'{"type": "pong"}')
    assert not receiver["is_genuine"](old, body.encode())
    assert not receiver["is_genuine"](forged, body.encode())


@pytest.mark.parametrize("paper", [DOCS / "tutorial.md", DOCS / "tutorial.zh-CN.md"], ids=named)
def test_what_the_tutorial_changes_is_there_to_be_changed(paper: Path) -> None:
    changes = re.findall(
        r"^`([\w/.-]+)`\n\n```diff\n(.*?)^```", paper.read_text(), flags=re.MULTILINE | re.DOTALL
    )
    assert len(changes) > 10
    for file, lines in changes:
        source = (ROOT / file).read_text().splitlines()
        for line in lines.splitlines():
            if line[:1] in (" ", "-") and line.strip() not in ("", "…"):
                assert line[1:] in source, f"{file} has no line {line[1:]!r}: follow the tutorial again"


def test_both_tutorials_make_the_same_changes() -> None:
    def code(page: Path) -> list[str]:
        return [block for kind in ("diff", "python", "vue", "ts") for block in blocks(page, kind)]

    assert code(DOCS / "tutorial.md") == code(DOCS / "tutorial.zh-CN.md")


def test_pictures_are_shown_and_small() -> None:
    pictures = sorted((DOCS / "images").glob("*"))
    assert pictures
    told = "\n".join(page.read_text() for page in PAGES)
    assert [picture.name for picture in pictures if f"images/{picture.name}" not in told] == []
    assert [picture.name for picture in pictures if picture.stat().st_size > LARGEST_PICTURE] == []


def test_the_words_of_the_glossary_are_in_their_order() -> None:
    for area in re.split(r"^## ", (ROOT / "GLOSSARY.md").read_text(), flags=re.MULTILINE)[1:]:
        words = re.findall(r"^\| `([^`]+)`", area, flags=re.MULTILINE)
        assert words == sorted(words, key=str.casefold), area.splitlines()[0]
