"""Workbooks: a line each, by the headings of the first line."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from zhiyin.knowledge.importing.archives import refuse_bomb
from zhiyin.knowledge.importing.filling import fill_in
from zhiyin.knowledge.importing.found import MOST_ITEMS, Found, Unreadable
from zhiyin.knowledge.markup import as_html

LONGEST_CELL = 50_000
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
    found = Found(
        source=source, title=cells.get("title", ""), html=as_html(cells.get("answer", "")), kind="faq"
    )
    found.questions = _several(cells.get("questions", ""))
    found.tags = _several(cells.get("tags", ""))
    if not found.title or not found.html:
        found.refused = Unreadable(
            "缺少问题（标题）或答案（正文）。", "The question (title) or the answer (text) is missing."
        )
    elif len(found.title) > 300:
        found.refused = Unreadable(
            "标题超过 300 字，请缩短。", "The title is longer than 300 characters; shorten it."
        )
    fill_in(found, {**cells, "audience": cells.get("audience") or "internal"})
    return found


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
