"""Views as files: whole, safe to open, in the person's time, and nobody else's."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.commands import exporting
from zhiyin.tickets.commands.exporting import clear_old_exports, write_export
from zhiyin.tickets.models import Export, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(support: Group) -> Staff:
    return make_staff(roles=("manager",), groups=[support])


def export(by: Staff, **values: Any) -> Any:
    return client_for(by).post("/api/v1/exports", {"view": "open", "format": "csv"} | values)


def rows_of(by: Staff, told: dict[str, Any]) -> list[list[str]]:
    content = client_for(by).get(told["url"]).content.decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))


def test_a_view_is_written_with_its_columns_and_order_in_the_persons_zone(
    support: Group, manager: Staff
) -> None:
    at = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    first = make_ticket(group=support, subject="退款", at=at)
    second = make_ticket(group=support, subject="发票", at=at + timedelta(hours=1))
    told = export(
        manager, columns=["number", "subject", "status", "created"], sort="oldest", zone="Asia/Shanghai"
    )
    assert told.status_code == 201
    assert (told.json()["state"], told.json()["rows"]) == ("done", 2)
    assert rows_of(manager, told.json()) == [
        ["编号", "主题", "状态", "创建"],
        [str(first.pk), "退款", "新", "2026-03-02 04:30"],
        [str(second.pk), "发票", "新", "2026-03-02 05:30"],
    ]


def test_the_filter_of_the_list_narrows_the_file_too(support: Group, manager: Staff) -> None:
    urgent, _plain = make_ticket(group=support), make_ticket(group=support)
    Ticket.objects.filter(pk=urgent.pk).update(priority=4)
    told = export(
        manager, columns=["number"], filter='{"all":[{"field":"priority","is":"any_of","value":[4]}]}'
    )
    assert rows_of(manager, told.json())[1:] == [[str(urgent.pk)]]


@pytest.mark.parametrize("subject", ["=1+1", "+49", "-2", "@SUM(A1)"])
def test_what_a_spreadsheet_would_run_stays_text(support: Group, manager: Staff, subject: str) -> None:
    make_ticket(group=support, subject=subject)
    assert rows_of(manager, export(manager, columns=["subject"]).json())[1] == [f"'{subject}"]
    sheet = export(manager, columns=["subject"], format="xlsx").json()
    content = client_for(manager).get(sheet["url"]).content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        written = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in written
    assert f"<t>{subject}</t>" in written


def test_only_whoever_asked_gets_the_file_and_the_trail_knows(
    support: Group, manager: Staff, administrator: Staff, owner: Staff
) -> None:
    make_ticket(group=support)
    told = export(manager).json()
    assert client_for(administrator).get(told["url"]).status_code == 404
    assert client_for(administrator).get(f"/api/v1/exports/{told['id']}").status_code == 404
    entry = AuditEntry.objects.get(action="exports.run")
    assert (entry.actor_id, entry.target) == (manager.pk, f"export:{told['id']}")
    assert export(owner).status_code == 403
    assert Export.objects.count() == 1


def test_a_file_holds_only_what_its_owner_may_see(support: Group, stranger: Staff, manager: Staff) -> None:
    stranger.roles.add(*make_staff(roles=("manager",)).roles.all())
    narrow = make_staff(roles=("agent",), groups=[support])
    inside, _outside = make_ticket(group=support), make_ticket(group=stranger.groups.get())
    Export.objects.all().delete()
    asked = {
        "view": "open", "conditions": {"all": []}, "sort": "newest", "columns": ["number"], "format": "csv",
        "zone": "UTC", "name": "x",
    }  # fmt: skip
    mine = Export.objects.create(staff=narrow, asked=asked)
    assert write_export(export_id=mine.pk, now=timezone.now()).state == "failed"  # may no longer export
    theirs = export(manager, view="all", columns=["number"]).json()
    assert len(rows_of(manager, theirs)) == 3
    assert inside.pk


def test_a_large_view_is_left_to_the_worker(
    support: Group, manager: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    for _ in range(2):
        make_ticket(group=support)
    told = export(manager).json()
    assert (told["state"], told["url"]) == ("waiting", None)
    write_export(export_id=told["id"], now=timezone.now())
    again = client_for(manager).get(f"/api/v1/exports/{told['id']}").json()
    assert (again["state"], again["rows"]) == ("done", 2)


def test_exports_are_forgotten_after_a_week(support: Group, manager: Staff) -> None:
    export(manager)
    assert clear_old_exports(now=timezone.now() + timedelta(days=6)) == 0
    assert clear_old_exports(now=timezone.now() + timedelta(days=8)) == 1
