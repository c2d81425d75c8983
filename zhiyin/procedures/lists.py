"""Lists that people hand in: CSV in the encodings of spreadsheets here, or the first sheet of a workbook."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhiyin.procedures.workbook_child import NO_WORKBOOK, SECONDS

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 2000, 50, 2000
WIDEST_ROWS, WIDEST_COLUMNS = 20_000, 200  # of a sheet, empty lines and columns between its cells counted
MEMORY = 1 << 30  # bytes
_CHILD = Path(__file__).with_name("workbook_child.py")
ENCODINGS = ("utf-8-sig", "gb18030")
_WORKBOOK = b"PK\x03\x04"
# what a heading may say for the columns we know
KNOWN = {
    "email": ("email", "e-mail", "mail", "邮箱", "电子邮箱", "邮件"),
    "phone": ("phone", "mobile", "tel", "电话", "手机", "手机号"),
    "name": ("name", "customer", "姓名", "客户", "客户名称", "收件人", "联系人"),
    "customer_id": ("customer id", "customer number", "account", "客户编号", "客户号", "账号"),
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


def _workbook(content: bytes) -> Iterable[Sequence[str]]:
    limits = {"memory": MEMORY, "rows": WIDEST_ROWS, "columns": WIDEST_COLUMNS}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=json.dumps(limits).encode() + b"\n" + content,
            capture_output=True,
            timeout=SECONDS * 2,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise _far_off() from late
    if done.returncode == NO_WORKBOOK:
        raise Unreadable(
            "工作簿打不开，请另存为 xlsx 或 CSV。", "The workbook can't be opened; save it as xlsx or CSV."
        )
    if done.returncode != 0:  # too large, or the process ran out of memory or time
        raise _far_off()
    rows: list[list[str]] = json.loads(done.stdout)
    return rows


def _far_off() -> Unreadable:
    return Unreadable(
        f"工作簿的第一张表太大：内容须在前 {WIDEST_ROWS} 行、{WIDEST_COLUMNS} 列之内。"
        "远处可能有一个多余的单元格，请删除后再导入，或另存为 CSV。",
        f"The first sheet is too large: it must fit {WIDEST_ROWS} lines and {WIDEST_COLUMNS} columns. "
        "There may be a stray cell far off; delete it, or save the list as CSV.",
    )


def _cell(value: str) -> str:
    return value.replace("\0", "").strip()[:LONGEST_CELL]  # the database holds no NUL
