"""Lists that become child tickets, and the record of who held what."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT
from django.utils import timezone

from zhiyin.channels.models import Delivery
from zhiyin.customers.commands import customer_for_identity
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.procedures.lists import Unreadable, read_list
from zhiyin.procedures.models import ImportRow
from zhiyin.procedures.tests.play import Desk
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import give_to, make_channel, make_ticket
from zhiyin.tickets.commands.assigning import assign_ticket
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.commands.linking import link_tickets
from zhiyin.tickets.models import Ticket, TicketLink

LINES = "订单号,姓名,邮箱,电话\nA-1,李雷,li@example.com,\nA-2,韩梅,,13800138000\nA-3,无名,,\n"


def test_lists_are_read_in_the_encodings_and_forms_of_spreadsheets() -> None:
    expected = [{"order": "A-1", "name": "李雷", "email": "li@example.com", "phone": ""}]
    for content in (LINES.encode("utf-8-sig"), LINES.encode("gb18030"), LINES.replace(",", ";").encode()):
        listed = read_list(content)
        assert (listed.columns, [cells for _, cells in listed.lines][:1]) == (
            ["order", "name", "email", "phone"],
            expected,
        )
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet()
        for row, cells in enumerate(
            [["Order", "e-mail", "qty"], [10023, "a@example.com", 2.5], [], ["B", "b@example.com", 1]]
        ):
            sheet.write_row(row, 0, cells)
    listed = read_list(book.getvalue())
    assert listed.lines == [
        (2, {"order": "10023", "email": "a@example.com", "qty": "2.5"}),
        (4, {"order": "B", "email": "b@example.com", "qty": "1"}),
    ]


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n", b"a,a\n1,2\n", b"PK\x03\x04nonsense", b"\xff\xfe\x00x\x81"]
)
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_list(content)


@pytest.mark.django_db
class TestChildren:
    def post(self, desk: Desk, content: bytes, text: str = "订单 {{order}} 延误") -> Any:
        file = SimpleUploadedFile("orders.csv", content, content_type="text/csv")
        stored = desk.client.post("/api/v1/files", {"file": file}, content_type=MULTIPART_CONTENT).json()
        body = {"file_id": stored["id"], "subject": "订单 {{order}}", "text": text}
        return desk.client.post(f"{desk.path}/child-imports", body)

    def test_each_line_becomes_a_child_and_its_customer_is_told(self, owner: Staff, support: Group) -> None:
        known = customer_for_identity(
            kind="email",
            value="han@example.com",
            name="韩梅",
            now=timezone.now(),
            proven=[("phone", "13800138000")],
        )
        desk = Desk(owner, make_ticket(group=support))
        told = self.post(desk, LINES.encode()).json()
        assert (told["state"], told["total"], told["done"]) == ("finished", 3, 2)
        assert [(one["number"], one["cells"]["order"]) for one in told["refused"]] == [(4, "A-3")]
        children = [
            link.ticket
            for link in TicketLink.objects.filter(other=desk.ticket, kind="child_of").order_by("pk")
        ]
        assert [child.subject for child in children] == ["订单 A-1", "订单 A-2"]
        assert children[1].customer == known
        sent = Delivery.objects.order_by("pk").values_list("recipient", "text")
        assert list(sent) == [("li@example.com", "订单 A-1 延误"), ("han@example.com", "订单 A-2 延误")]
        let_events_happen()
        assert Event.objects.filter(type="procedures.children_imported").count() == 1

    def test_a_long_list_goes_on_in_batches_and_each_line_once(self, owner: Staff, support: Group) -> None:
        desk = Desk(owner, make_ticket(group=support))
        lines = "order,email\n" + "".join(f"N-{number},n{number}@example.com\n" for number in range(25))
        assert self.post(desk, lines.encode()).json()["done"] == 20
        fire_due_timers(now=timezone.now() + timedelta(seconds=1))
        let_events_happen()
        assert desk.client.get(f"{desk.path}/child-imports").json()[0]["done"] == 25
        assert (ImportRow.objects.count(), TicketLink.objects.count()) == (25, 25)

    def test_a_text_that_names_no_column_is_refused_and_nothing_is_made(
        self, owner: Staff, support: Group
    ) -> None:
        desk = Desk(owner, make_ticket(group=support))
        refused = self.post(desk, LINES.encode(), "您的 {{product}} 延误").json()
        assert (refused["code"], Ticket.objects.count()) == ("procedures.no_such_column", 1)

    def test_a_customer_without_an_address_is_told_where_they_write_to_us(
        self, owner: Staff, support: Group
    ) -> None:
        chat = chat_ticket(support, "account-7")
        desk = Desk(owner, make_ticket(group=support))
        told = self.post(desk, "订单号,客户编号\nB-1,account-7\nB-2,nobody\n".encode()).json()
        assert (told["done"], [one["cells"]["order"] for one in told["refused"]]) == (1, ["B-2"])
        assert TicketLink.objects.get(other=desk.ticket, kind="child_of").ticket == chat
        sent = Delivery.objects.get()
        assert (sent.channel.kind, sent.recipient, sent.text) == ("api", "account-7", "订单 B-1 延误")

    def test_all_customers_affected_are_told_in_their_own_channels(
        self, owner: Staff, support: Group
    ) -> None:
        desk = Desk(owner, make_ticket(group=support))
        refused = desk.client.post(f"{desk.path}/child-notices", {"text": "今日进展"})
        assert (refused.status_code, refused.json()["code"]) == (409, "procedures.no_children_to_tell")
        children = [
            make_ticket(group=support, sender="li@example.com"),
            chat_ticket(support, "account-7"),
            make_ticket(group=support, sender="done@example.com"),
        ]
        for child in children:
            link_tickets(
                ticket_id=child.pk, other_id=desk.ticket.pk, relation="parent", by=owner, now=timezone.now()
            )
        change_status(ticket_id=children[2].pk, status="solved", by=owner, now=timezone.now())
        assert desk.panel()["has_children"] is True
        told = desk.client.post(f"{desk.path}/child-notices", {"text": " 今日进展 "}).json()
        assert (told["told"], told["unreached"], bool(told["finished_at"])) == (2, [], True)
        sent = Delivery.objects.order_by("pk").values_list("channel__kind", "recipient", "text")
        assert list(sent) == [
            ("email", "li@example.com", "今日进展"),
            ("api", "account-7", "今日进展"),
        ]
        let_events_happen()
        assert Event.objects.get(type="procedures.children_told").payload["told"] == 2
        assert [one["text"] for one in desk.client.get(f"{desk.path}/child-notices").json()] == ["今日进展"]

    def test_many_are_told_in_portions_and_nobody_twice(self, owner: Staff, support: Group) -> None:
        desk = Desk(owner, make_ticket(group=support))
        for number in range(22):
            child = make_ticket(group=support, sender=f"n{number}@example.com")
            link_tickets(
                ticket_id=child.pk, other_id=desk.ticket.pk, relation="parent", by=owner, now=timezone.now()
            )
        told = desk.client.post(f"{desk.path}/child-notices", {"text": "今日进展"}).json()
        assert (told["told"], told["finished_at"]) == (20, None)
        fire_due_timers(now=timezone.now() + timedelta(seconds=1))
        let_events_happen()
        assert desk.client.get(f"{desk.path}/child-notices").json()[0]["told"] == 22
        assert Delivery.objects.values("recipient").distinct().count() == Delivery.objects.count() == 22

    def test_what_others_answer_is_not_written_to_and_the_same_twice_is_once(
        self, owner: Staff, support: Group, administrator: Staff
    ) -> None:
        desk, elsewhere = Desk(owner, make_ticket(group=support)), Group.objects.create(name="Elsewhere")
        children = [
            make_ticket(group=support, sender="li@example.com"),
            make_ticket(group=support, sender="wang@example.com"),
        ]
        for child in children:
            link_tickets(
                ticket_id=child.pk, other_id=desk.ticket.pk, relation="parent", by=owner, now=timezone.now()
            )
        Ticket.objects.filter(pk=children[1].pk).update(group=elsewhere)
        assert Desk(owner, children[1]).client.get(f"/api/v1/tickets/{children[1].pk}").status_code == 404
        first, again = (
            desk.client.post(f"{desk.path}/child-notices", {"text": "今日进展"}).json() for _ in range(2)
        )
        assert (first["told"], first["unreached"], again["id"]) == (1, [children[1].pk], first["id"])
        assert list(Delivery.objects.values_list("recipient", flat=True)) == ["li@example.com"]
        Ticket.objects.filter(pk=children[0].pk).update(group=elsewhere)
        refused = desk.client.post(f"{desk.path}/child-notices", {"text": "明日进展"})
        assert refused.json()["code"] == "procedures.no_children_to_tell"

    def test_a_list_sent_twice_at_once_is_one_import(self, owner: Staff, support: Group) -> None:
        desk = Desk(owner, make_ticket(group=support))
        make_channel("email")
        stored = put_up(desk, LINES)
        body = {"file_id": stored, "subject": "订单 {{order}}", "text": "您好"}
        first, again = (desk.client.post(f"{desk.path}/child-imports", body).json() for _ in range(2))
        assert again["id"] == first["id"]
        other = put_up(desk, LINES.replace("A-1", "B-1"))
        third = desk.client.post(f"{desk.path}/child-imports", body | {"file_id": other}).json()
        assert third["id"] != first["id"]


def put_up(desk: Desk, lines: str) -> int:
    file = SimpleUploadedFile("orders.csv", lines.encode(), content_type="text/csv")
    answer = desk.client.post("/api/v1/files", {"file": file}, content_type=MULTIPART_CONTENT)
    return int(answer.json()["id"])


def chat_ticket(group: Group, account: str) -> Ticket:
    """A ticket that came through the API, from somebody whose address nobody knows."""
    channel = make_channel("api", settings={"callback_url": "https://crm.example/hook"})
    return make_ticket(group=group, channel=channel, sender=account, sender_kind="external")


def test_a_stray_cell_far_off_is_refused_with_what_to_do() -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["order", "email"])
        sheet.write_row(1, 0, ["A-1", "a@example.com"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(Unreadable) as refused:
        read_list(book.getvalue())
    assert "stray cell" in str(refused.value)


@pytest.mark.django_db
def test_the_record_says_who_held_it_what_was_asked_and_what_each_did(
    owner: Staff, colleague: Staff, support: Group
) -> None:
    ticket = give_to(make_ticket(group=support), owner.pk)
    let_events_happen()
    desk = Desk(owner, ticket)
    desk.start("refund")
    desk.client.post(f"{desk.path}/notes", {"text": "已电话联系", "idempotency_key": "note-note-1"})
    assign_ticket(ticket_id=ticket.pk, assignee_id=colleague.pk, by=owner, now=timezone.now())
    theirs = Desk(colleague, ticket)
    theirs.go("withdrawn", note="客户不要了")
    let_events_happen()
    record = theirs.client.get(f"{desk.path}/record").json()
    assert [one["staff"] and one["staff"]["name"] for one in record["held"]] == ["Owner", "Colleague"]
    assert record["held"][0]["until"] == record["held"][1]["since"]
    did = [(one["what"], one["by"] and one["by"]["name"]) for one in record["deeds"]]
    assert ("message.note", "Owner") in did
    assert ("step_left", "Colleague") in did
    assert ("message.inbound", None) in did
    asked = next(one for one in record["demands"] if one["kind"] == "step")
    assert (asked["en"], asked["met_by"]["name"], asked["is_late"]) == (
        "Take the request",
        "Colleague",
        False,
    )
    left = next(one for one in record["deeds"] if one["what"] == "step_left")
    assert (left["en"], left["text"]) == ("Take the request → Withdrawn", "客户不要了")


@pytest.mark.django_db
def test_a_nul_in_a_cell_is_dropped() -> None:
    assert read_list(b"order,name\nA\x00-1,W\n").lines == [(2, {"order": "A-1", "name": "W"})]


def test_a_list_that_somebody_else_put_up_is_not_read(owner: Staff, colleague: Staff, support: Group) -> None:
    desk, theirs = Desk(owner, make_ticket(group=support)), client_for(colleague)
    file = SimpleUploadedFile("orders.csv", LINES.encode(), content_type="text/csv")
    stored = theirs.post("/api/v1/files", {"file": file}, content_type=MULTIPART_CONTENT).json()
    refused = desk.client.post(
        f"{desk.path}/child-imports", {"file_id": stored["id"], "subject": "x", "text": "y"}
    )
    assert (refused.json()["code"], ImportRow.objects.count()) == ("tickets.not_your_file", 0)
