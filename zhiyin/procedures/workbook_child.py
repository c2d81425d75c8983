"""Reads the first sheet of a workbook in a process of its own, with little memory: one cell far off makes a small file
a table of thousands of millions of cells.

Reads a JSON line (`memory` in bytes, `rows` and `columns` at most) and the workbook from standard input, writes the rows
as JSON to standard output. Ends with 3 where it is no workbook, 4 where it holds more. Stands alone, so that it starts
quickly.
"""

import json
import resource
import sys
from datetime import date, datetime
from typing import Any

SECONDS = 20
NO_WORKBOOK, TOO_LARGE = 3, 4


def main() -> int:
    told = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_AS, (told["memory"], told["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import io

    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)
    except MemoryError:
        return TOO_LARGE
    except (CalamineError, IndexError, ValueError, OSError):
        return NO_WORKBOOK
    if sheet.width > told["columns"] or sheet.height > told["rows"]:
        return TOO_LARGE
    json.dump([[plain(cell) for cell in row] for row in sheet.to_python()], sys.stdout)
    return 0


def plain(value: Any) -> str:
    """A cell as somebody would type it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # an order number in a cell of numbers
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    if isinstance(value, date):
        value = value.isoformat()
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
