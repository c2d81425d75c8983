"""`zhiyin export`: tickets, messages, times or customers as JSON lines or CSV, however many there are.

Rows are streamed through a cursor on the server, so a million of them take no more memory than one
thousand. The columns are those of `COLUMNS`, in that order; times are UTC in ISO 8601.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from zhiyin.cli.arguments import Parser
from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.language import say
from zhiyin.cli.migrate import wait_until_migrated
from zhiyin.cli.surroundings import enter, start_django

if TYPE_CHECKING:
    from zhiyin.cli.exporting import Row

COLUMNS = {
    "tickets": [
        "id", "subject", "status", "custom_status", "type", "priority", "channel", "channel_kind", "customer_id",
        "customer_name", "group", "assignee", "category", "tags", "fields", "message_count", "created_at", "updated_at",
        "last_message_at", "last_message_from", "waiting_since", "solved_at", "merged_into",
    ],
    "messages": [
        "id", "ticket_id", "kind", "at", "author_kind", "author_id", "author_name", "channel", "subject", "text",
        "delivery_state", "delivery_reason",
    ],
    "times": [
        "id", "ticket_id", "staff", "staff_name", "minutes", "activity", "note", "worked_at", "created_at", "updated_at",
    ],
    "customers": [
        "id", "name", "company", "tier", "language", "note", "email", "phone", "other_identities", "created_at", "updated_at",
    ],
}  # fmt: skip


def run(words: list[str]) -> int:
    """Write one kind of thing to a file or standard output; the audit trail notes it first."""
    parser = Parser(
        "export",
        zh="导出工单、消息、工时或客户；会记入审计。",
        en="Export tickets, messages, times or customers; the audit trail notes it.",
    )
    parser.add_argument("what", choices=sorted(COLUMNS), help=say("导出的内容", "what to export"))
    parser.add_argument(
        "--format",
        choices=["jsonl", "csv"],
        default="jsonl",
        help=say("格式（默认 jsonl）", "format (jsonl)"),
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        help=say("写入文件（默认标准输出）", "write to this file, not standard output"),
    )
    options = parser.parse_args(words)
    folder = enter(options.data)
    start_django()
    wait_until_migrated(folder)
    from zhiyin.cli.exporting import note_export, rows_of

    note_export(options.what, form=options.format)
    with _output(options.out) as output:
        write = (
            _csv_writer(output, COLUMNS[options.what]) if options.format == "csv" else _jsonl_writer(output)
        )
        count = 0
        for row in rows_of(options.what):
            write({name: row[name] for name in COLUMNS[options.what]})
            count += 1
    print(say(f"已导出 {count} 条。", f"{count} exported."), file=sys.stderr)
    return 0


def _jsonl_writer(output: TextIO) -> Callable[[Row], None]:
    import json

    def write(row: Row) -> None:
        json.dump(row, output, ensure_ascii=False, separators=(",", ":"))
        output.write("\n")

    return write


def _csv_writer(output: TextIO, columns: list[str]) -> Callable[[Row], None]:
    import csv

    from zhiyin.platform.text.spreadsheets import UTF8_MARK

    output.write(UTF8_MARK)
    writer = csv.writer(output)
    writer.writerow(columns)

    def write(row: Row) -> None:
        writer.writerow(_cell(value) for value in row.values())

    return write


def _cell(value: Any) -> Any:
    """The value as a cell; lists and what has names in one text."""
    from zhiyin.platform.text.spreadsheets import as_cell

    if isinstance(value, dict):
        value = "; ".join(f"{name}={_cell(one)}" for name, one in value.items())
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    return as_cell(value)


@contextmanager
def _output(name: str | None) -> Iterator[TextIO]:
    """Standard output, or a file for its owner only that appears when it is whole."""
    if name is None:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        yield sys.stdout
        sys.stdout.flush()
        return
    target = Path(name).expanduser()
    draft = target.with_name(f"{target.name}.part")
    try:
        draft.touch(mode=0o600)
        with draft.open("w", encoding="utf-8", newline="") as output:
            yield output
        draft.replace(target)
    except OSError as problem:
        raise CommandFailed(
            zh=f"无法写入 {target}：{problem.strerror}。请检查目录和权限。",
            en=f"can't write {target}: {problem.strerror}. Check the folder and its permissions.",
        ) from problem
