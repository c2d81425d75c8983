from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_note, write_reply
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.models import HintDismissal, Ticket
from zhiyin.tickets.queries.hints import hints_for, joined

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support, subject="电饭煲不加热", text="电饭煲 RC-500 通电后不加热，指示灯亮")


def told(ticket: Ticket, by: Staff) -> list[tuple[int, str, list[str]]]:
    return [(hint.ticket.pk, hint.reason, hint.words) for hint in hints_for(ticket, by=by)]


def test_an_open_ticket_of_the_same_customer_on_the_same_is_hinted_with_its_words(
    ticket: Ticket, support: Group, owner: Staff
) -> None:
    same = make_ticket(group=support, subject="加热问题", text="电饭煲还是不行")
    make_ticket(group=support, subject="发票", text="抬头写错")
    done = make_ticket(group=support, subject="电饭煲", text="电饭煲加热")
    change_status(ticket_id=done.pk, status="solved", by=owner, now=timezone.now())
    assert told(ticket, owner)[0] == (same.pk, "customer", ["电饭煲", "加热"])


def test_others_who_say_alike_lately_are_hinted_and_older_ones_are_not(
    ticket: Ticket, support: Group, owner: Staff
) -> None:
    alike = make_ticket(group=support, sender="li@example.com", subject="电饭煲", text="RC-500 通电不加热")
    make_ticket(
        group=support,
        sender="wu@example.com",
        subject="电饭煲不加热",
        text="RC-500 通电不加热",
        at=timezone.now() - timedelta(days=9),
    )
    make_ticket(group=support, sender="he@example.com", subject="指示牌", text="你好，请问")
    [(found, reason, words)] = told(ticket, owner)
    assert (found, reason) == (alike.pk, "words")
    assert {"电饭煲", "通电", "加热"} <= set(words)


def test_what_the_customer_says_of_themselves_is_no_reason(support: Group, owner: Staff) -> None:
    ticket = make_ticket(group=support, subject="退货", text="王芳 wang@example.com 收件")
    make_ticket(group=support, subject="发票抬头", text="王芳 wang@example.com")
    assert told(ticket, owner) == []


def test_what_one_may_not_see_is_not_hinted(ticket: Ticket, owner: Staff, stranger: Staff) -> None:
    alike = make_ticket(sender="li@example.com", subject="电饭煲不加热", text="RC-500 通电不加热")
    Ticket.objects.filter(pk=alike.pk).update(group_id=stranger.group_ids[0])
    assert told(ticket, owner) == []


def test_a_dismissed_hint_stays_away_for_everybody_on_both_sides(
    ticket: Ticket, support: Group, owner: Staff, colleague: Staff
) -> None:
    same = make_ticket(group=support, subject="电饭煲加热", text="电饭煲")
    path = f"/api/v1/tickets/{ticket.pk}/hints"
    assert [hint["ticket"]["id"] for hint in client_for(owner).get(path).json()] == [same.pk]
    for _ in range(2):
        assert client_for(owner).post(f"{path}/dismissals", {"other_id": same.pk}).status_code == 204
    assert HintDismissal.objects.count() == 1
    assert told(ticket, colleague) == []
    assert told(same, colleague) == []


def test_looking_for_hints_takes_two_queries_of_the_index(
    ticket: Ticket, support: Group, owner: Staff
) -> None:
    make_ticket(group=support, subject="电饭煲", text="加热")
    with CaptureQueriesContext(connection) as captured:
        hints_for(ticket, by=owner)
    assert sum("tickets_ticketsearch" in query["sql"] for query in captured) == 2
    assert len(captured) <= 9


def test_pairs_are_put_together_as_they_stand() -> None:
    assert joined(["退款", "款到", "到账"], "我的退款到账了吗") == ["退款到账"]
    assert joined(["rc"], "RC-500") == ["RC"]
    assert joined([], "退款") == []


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_ticket_on_paper_has_notes_for_colleagues_only(ticket: Ticket, owner: Staff) -> None:
    now = timezone.now()
    write_reply(
        ticket_id=ticket.pk, reply=ReplyText(text="请寄回检测 <b>"), idempotency_key="k", by=owner, now=now
    )
    write_note(
        ticket_id=ticket.pk, text="客户很急", file_ids=[], mentions=[], idempotency_key="n", by=owner, now=now
    )
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}/pdf"
    paper = client.get(path, HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert paper["Content-Type"] == "application/pdf"
    assert paper["Content-Disposition"] == f'attachment; filename="ticket-{ticket.pk}-customer.pdf"'
    text = pdf_text(paper.content)
    for said in (f"#{ticket.pk}", "电饭煲不加热", "指示灯亮", "请寄回检测 <b>", "第 1 页"):
        assert said in text
    assert "客户很急" not in text
    internal = pdf_text(client.get(f"{path}?version=internal").content)
    assert "客户很急" in internal


def test_a_long_ticket_runs_over_pages(support: Group, owner: Staff) -> None:
    long = make_ticket(
        group=support, text="\n".join(f"第 {number} 行：{'退款' * 40}" for number in range(120))
    )
    content = client_for(owner).get(f"/api/v1/tickets/{long.pk}/pdf").content
    assert len(pypdfium2.PdfDocument(content)) > 3
    assert "第 119 行" in pdf_text(content)


def test_strangers_get_no_paper(ticket: Ticket, stranger: Staff) -> None:
    assert client_for(stranger).get(f"/api/v1/tickets/{ticket.pk}/pdf").status_code == 404
