"""`zhiyin export` on a small demo company: every row, the documented columns, the audit trail first."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.utils import timezone

from zhiyin.cli import export
from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.export import COLUMNS
from zhiyin.cli.failures import CommandFailed
from zhiyin.customers.models import Customer
from zhiyin.demo.making import make_demo
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.tickets.models import Message, Ticket, TimeEntry

pytestmark = pytest.mark.django_db
MODELS: dict[str, type[Ticket | Message | TimeEntry | Customer]] = {
    "tickets": Ticket,
    "messages": Message,
    "times": TimeEntry,
    "customers": Customer,
}


@pytest.fixture(autouse=True)
def company(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Demo tickets; the command runs inside the test's own database and Django."""
    make_demo(tickets=6, seed=3, now=timezone.now())
    monkeypatch.setattr(export, "enter", lambda data: DataFolder(tmp_path))
    monkeypatch.setattr(export, "start_django", lambda: None)


@pytest.mark.parametrize("what", sorted(COLUMNS))
def test_each_row_comes_once_with_the_documented_columns(what: str, tmp_path: Path) -> None:
    for form in ("jsonl", "csv"):
        assert export.run([what, "--format", form, "--out", str(tmp_path / form)]) == 0
    rows = [json.loads(line) for line in (tmp_path / "jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == list(
        MODELS[what].objects.order_by("pk").values_list("pk", flat=True)
    )
    assert all(list(row) == COLUMNS[what] for row in rows)
    table = list(csv.reader(io.StringIO((tmp_path / "csv").read_text(encoding="utf-8-sig"))))
    assert table[0] == COLUMNS[what]
    assert [line[0] for line in table[1:]] == [str(row["id"]) for row in rows]


def test_values_are_plain_and_times_are_utc(tmp_path: Path) -> None:
    export.run(["tickets", "--out", str(tmp_path / "out")])
    row = json.loads((tmp_path / "out").read_text().splitlines()[0])
    ticket = Ticket.objects.select_related("customer", "channel").get(pk=row["id"])
    assert row["customer_name"] == ticket.customer.name
    assert row["channel"] == ticket.channel.name
    assert row["priority"] == ticket.Priority(ticket.priority).name.lower()
    assert row["created_at"].endswith("Z")


def test_a_merged_ticket_says_where_it_went(tmp_path: Path) -> None:
    into, alias = Ticket.objects.order_by("pk")[:2]
    Ticket.objects.filter(pk=alias.pk).update(merged_into=into)
    export.run(["tickets", "--out", str(tmp_path / "out")])
    rows = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
    assert {row["id"]: row["merged_into"] for row in rows if row["merged_into"]} == {alias.pk: into.pk}


def test_what_was_said_is_there_whoever_said_it(tmp_path: Path) -> None:
    export.run(["messages", "--out", str(tmp_path / "out")])
    rows = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
    assert {row["author_kind"] for row in rows} >= {"customer", "staff"}
    assert [row for row in rows if not row["text"]] == []


def test_the_audit_trail_knows_of_it(tmp_path: Path) -> None:
    export.run(["customers", "--format", "csv", "--out", str(tmp_path / "out")])
    entry = AuditEntry.objects.get(action="exports.run")
    assert (entry.target, entry.details) == ("export:customers", {"format": "csv", "from": "cli"})
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="can't write"):
        export.run(["customers", "--out", str(tmp_path / "nowhere" / "out")])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_guide_names_the_columns(language: str) -> None:
    guide = (Path(__file__).parents[1] / "docs" / language / "data.md").read_text()
    for what, columns in COLUMNS.items():
        told = next(line for line in guide.splitlines() if line.startswith(f"| {what} |"))
        assert [name.strip(" `") for name in told.split("|")[2].split(",")] == columns


def test_custom_fields_are_one_column_by_key(tmp_path: Path) -> None:
    first = Ticket.objects.order_by("pk")[0]
    Ticket.objects.filter(pk=first.pk).update(fields={"order_no": "=1+1", "floor": 6, "product": ["a", "b"]})
    for form in ("jsonl", "csv"):
        export.run(["tickets", "--format", form, "--out", str(tmp_path / form)])
    row = json.loads((tmp_path / "jsonl").read_text().splitlines()[0])
    assert row["fields"] == {"order_no": "=1+1", "floor": 6, "product": ["a", "b"]}
    table = list(csv.reader(io.StringIO((tmp_path / "csv").read_text(encoding="utf-8-sig"))))
    cell = table[1][COLUMNS["tickets"].index("fields")]
    assert sorted(cell.split("; ")) == ["b", "floor=6", "order_no='=1+1", "product=a"]
