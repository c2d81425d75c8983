"""Tables as spreadsheet programs read them: CSV that they take for UTF-8, and text that they take for text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

UTF8_MARK = "\ufeff"  # without it they take Chinese for something else
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(head: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """The table with its titles as CSV."""
    told = io.StringIO(newline="")
    told.write(UTF8_MARK)
    writer = csv.writer(told)
    writer.writerow(head)
    writer.writerows(map(as_cell, row) for row in rows)
    return told.getvalue()


def as_cell(value: Any) -> Any:
    """The value as a cell; text that would be run as a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def text_of(cell: str) -> str:
    """The text of a cell that `as_cell` wrote."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
