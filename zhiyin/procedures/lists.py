"""Lists that people hand in: CSV in the encodings of spreadsheets here, or the first sheet of a workbook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 2000, 50, 2000
ENCODINGS = ("utf-8-sig", "gb18030")
_WORKBOOK = b"PK\x03\x04"
# what a heading may say for the columns we know
KNOWN = {
    "email": ("email", "e-mail", "mail", "邮箱", "电子邮箱", "邮件"),
    "phone": ("phone", "mobile", "tel", "电话", "手机", "手机号"),
    "name": ("name", "customer", "姓名", "客户", "客户名称", "收件人", "联系人"),
    "order": ("order", "order no", "order number", "订单", "订单号", "单号"),
}


class Unreadable(Exception):
    """The list can't be read; says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Listed:
    """A list as columns and lines: each line by column, with its number in the file."""

    columns: list[str]
    lines: list[tuple[int, dict[str, str]]]


def read_list(content: bytes) -> Listed:
    """Read a list whose first line holds the headings; empty lines are left out. Raises Unreadable."""
    rows = _workbook(content) if content.startswith(_WORKBOOK) else _csv(content)
    told = [(number, [_cell(cell) for cell in row]) for number, row in enumerate(rows, start=1)]
    filled = [(number, cells) for number, cells in told if any(cells)]
    if len(filled) < 2:
        raise Unreadable(
            "清单里没有内容：第一行应是列名，下面每行一条。",
            "The list is empty: headings first, then a line each.",
        )
    if len(filled) > MOST_ROWS + 1:
        raise Unreadable(
            f"一次最多导入 {MOST_ROWS} 行，请拆成几份。",
            f"At most {MOST_ROWS} lines at once; split the list.",
        )
    columns = _columns(filled[0][1])
    lines = [(number, dict(zip(columns, cells, strict=False))) for number, cells in filled[1:]]
    return Listed(columns, lines)


def _columns(headings: Sequence[str]) -> list[str]:
    columns = [_known(heading) or f"column{number}" for number, heading in enumerate(headings, start=1)]
    if len(columns) > MOST_COLUMNS or len(set(columns)) != len(columns):
        raise Unreadable(
            f"列名不能重复，最多 {MOST_COLUMNS} 列。",
            f"Headings must differ, and there may be {MOST_COLUMNS} columns.",
        )
    return columns


def _known(heading: str) -> str:
    plain = re.sub(r"[\s_]+", " ", heading).strip().lower()
    return next((name for name, said in KNOWN.items() if plain in said), heading.strip())


def _csv(content: bytes) -> Iterable[Sequence[str]]:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = text.split("\n", 1)[0]
        delimiter = max(",;\t", key=first.count)
        try:
            return list(csv.reader(io.StringIO(text), delimiter=delimiter))
        except csv.Error as error:
            raise Unreadable(f"CSV 有误：{error}", f"The CSV can't be read: {error}") from error
    raise Unreadable(
        "无法识别文件编码，请另存为 UTF-8 的 CSV 或 xlsx。",
        "The encoding is unknown; save it as CSV in UTF-8, or as xlsx.",
    )


def _workbook(content: bytes) -> Iterable[Sequence[Any]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python()
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise Unreadable(
            "工作簿打不开，请另存为 xlsx 或 CSV。", f"The workbook can't be opened: {error}"
        ) from error


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # an order number in a cell of numbers
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    if isinstance(value, date):
        value = value.isoformat()
    return str(value).replace("\0", "").strip()[:LONGEST_CELL]  # the database holds no NUL
