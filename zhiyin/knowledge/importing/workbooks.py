"""Workbooks: a line each, by the headings of the first line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from zhiyin.knowledge.importing.archives import refuse_bomb
from zhiyin.knowledge.importing.found import MOST_ITEMS, Found, Unreadable
from zhiyin.knowledge.markup import as_html

LONGEST_CELL = 50_000
LONGEST_REGION = 40
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?\Z")
KNOWN = {
    "title": ("title", "question", "标题", "问题", "标准问", "标准问题"),
    "answer": ("answer", "text", "content", "答案", "正文", "内容", "回答", "话术"),
    "questions": (
        "variants",
        "other questions",
        "similar questions",
        "相似问",
        "相似问法",
        "其他问法",
        "扩展问",
    ),
    "kind": ("kind", "type", "类型"),
    "category": ("category", "分类", "目录"),
    "tags": ("tags", "标签"),
    "language": ("language", "语言"),
    "region": ("region", "地区"),
    "audience": ("audience", "受众", "可见范围"),
    "situation": ("situation", "情境", "场景"),
    "mood": ("mood", "情绪"),
}
KINDS = {
    "article": "article",
    "文章": "article",
    "faq": "faq",
    "常见问题": "faq",
    "问答": "faq",
    "script": "script",
    "话术": "script",
}
AUDIENCES = {
    "public": "public", "公开": "public", "signed_in": "signed_in", "登录客户": "signed_in",
    "internal": "internal", "内部": "internal",
}  # fmt: skip
MOODS = {"angry": "angry", "愤怒": "angry", "生气": "angry", "anxious": "anxious", "焦急": "anxious", "neutral": "neutral",
         "平静": "neutral", "pleased": "pleased", "满意": "pleased"}  # fmt: skip


def read_workbook(content: bytes, name: str) -> Iterator[Found]:
    """The lines of the first sheet as entries; one that can't be is refused with its reason. Raises Unreadable."""
    if content.startswith(b"PK"):
        refuse_bomb(content)
    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise Unreadable(
            "工作簿打不开，请另存为 xlsx。", "The workbook can't be opened; save it as xlsx."
        ) from error
    if len(rows) < 2:
        raise Unreadable(
            "表里没有内容：第一行应是列名。", "The sheet is empty: headings first, then a line each."
        )
    if len(rows) > MOST_ITEMS + 1:
        raise Unreadable(
            f"一次最多 {MOST_ITEMS} 行，请拆成几份。", f"At most {MOST_ITEMS} lines at once; split it."
        )
    columns = [_known(str(heading)) for heading in rows[0]]
    if "title" not in columns or "answer" not in columns:
        raise Unreadable(
            "第一行要有“问题”（或标题）和“答案”（或正文）两列。",
            "The first line needs the headings “question” (or title) and “answer” (or text).",
        )
    for number, row in enumerate(rows[1:], start=2):
        if any(str(cell).strip() for cell in row):
            yield _line(columns, row, f"{name}:{number}")


def _line(columns: Sequence[str], row: Sequence[Any], source: str) -> Found:
    cells = {column: _cell(cell) for column, cell in zip(columns, row, strict=False) if column}
    found = Found(source=source, title=cells.get("title", ""), html=as_html(cells.get("answer", "")))
    found.questions = _several(cells.get("questions", ""))
    found.tags = _several(cells.get("tags", ""))
    found.category, found.language = cells.get("category", ""), cells.get("language", "")
    found.region, found.situation = cells.get("region", ""), cells.get("situation", "")
    found.kind = _one_of(KINDS, cells.get("kind", "") or "faq", "类型", "kind", found)
    found.audience = _one_of(AUDIENCES, cells.get("audience", "") or "internal", "受众", "audience", found)
    found.mood = _one_of(MOODS, cells["mood"], "情绪", "mood", found) if cells.get("mood") else ""
    if not found.title or not found.html:
        found.refused = Unreadable(
            "缺少问题（标题）或答案（正文）。", "The question (title) or the answer (text) is missing."
        )
    elif found.language and not LANGUAGE.match(found.language):
        found.refused = Unreadable(
            f"语言“{found.language[:40]}”不认识，请填 zh-CN、en 这样的代码。",
            f"Unknown language “{found.language[:40]}”: use a code such as zh-CN or en.",
        )
    elif len(found.region) > LONGEST_REGION:
        found.refused = Unreadable(
            f"地区超过 {LONGEST_REGION} 字，请缩短。",
            f"The region is longer than {LONGEST_REGION} characters; shorten it.",
        )
    elif len(found.title) > 300:
        found.refused = Unreadable(
            "标题超过 300 字，请缩短。", "The title is longer than 300 characters; shorten it."
        )
    return found


def _one_of(known: dict[str, str], said: str, zh: str, en: str, found: Found) -> str:
    value = known.get(said.strip().lower(), "")
    if not value:
        here = "、".join(word for word in known if not word.isascii())
        there = ", ".join(dict.fromkeys(known.values()))
        found.refused = Unreadable(
            f"{zh}“{said}”不认识，可填：{here}。", f"Unknown {en} “{said}”: use {there}."
        )
    return value


def _known(heading: str) -> str:
    plain = " ".join(heading.lower().split())
    return next((name for name, said in KNOWN.items() if plain in said), "")


def _several(cell: str) -> list[str]:
    for mark in ("\r", "；", ";", "|", "，") if "\n" not in cell else ("\r",):
        cell = cell.replace(mark, "\n")
    return [one.strip() for one in cell.split("\n") if one.strip()]


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\0", "").strip()[:LONGEST_CELL]
