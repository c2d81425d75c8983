"""The portal as its customers meet it: in by a link, their own tickets and nobody else's, every word on its way."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.channels.commands.understanding import understand_raw_message
from zhiyin.channels.models import Channel, Delivery, RawMessage
from zhiyin.customers.forgetting import forget_customers
from zhiyin.customers.models import Customer, Identity
from zhiyin.people.models import Company, Staff
from zhiyin.platform.ledger.ledger import carry_out_next
from zhiyin.platform.limits.models import Allowance
from zhiyin.portal.commands import KIND, forget_expired, start_session
from zhiyin.portal.models import PortalSession, SignInLink
from zhiyin.portal.pages import COOKIE
from zhiyin.testing.people import make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, make_channel
from zhiyin.tickets.commands.answering import ReplyText, write_note, write_reply
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.commands.receiving import receive_message
from zhiyin.tickets.commands.spam import mark_as_spam
from zhiyin.tickets.models import Rating, Ticket

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
WANG, LI = "wang@example.com", "li@example.com"


@pytest.fixture(autouse=True)
def portal() -> Channel:
    mailbox = make_channel("email", key="help")
    return make_channel("portal", settings={"continue_by": mailbox.key})


@pytest.fixture
def lead() -> Staff:
    return make_staff(roles=["manager"])


@pytest.fixture
def ticket() -> Ticket:
    return arrive(text="退款多久到账？", sender=WANG, subject="退款", at=NOW).ticket


def visitor(email: str = "", language: str = "zh") -> Client:
    client = Client(headers={"Accept-Language": language})
    if email:
        client.cookies[COOKIE] = start_session(email=email, now=timezone.now())
    return client


def page(answer: Any) -> str:
    return str(answer.content.decode())


def asked_for(email: str, language: str = "zh") -> tuple[Client, Any]:
    client = visitor(language=language)
    answer = client.post("/my/link", {"email": email})
    while carry_out_next(kind=KIND, now=timezone.now()):
        pass
    return client, answer


def test_a_customer_comes_in_by_the_link_in_their_mail_once(ticket: Ticket) -> None:
    client, answer = asked_for("Wang@Example.com")
    assert "登录链接已经在路上了" in page(answer)
    (sent,) = mail.outbox
    assert sent.to == [WANG]
    link = re.search(r"/my/enter\?token=\S+", str(sent.body))
    assert link is not None
    first = client.get(link[0])
    assert first.status_code == 200
    assert PortalSession.objects.count() == 0  # a mail program that opens links uses nothing up
    token = link[0].partition("token=")[2]
    entered = client.post("/my/enter", {"token": token})
    assert (entered.status_code, entered["Location"]) == (302, "/my")
    cookie = entered.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert "退款" in page(client.get("/my"))
    again = visitor().post("/my/enter", {"token": token})
    assert (again.status_code, PortalSession.objects.count()) == (410, 1)
    assert cookie.value not in str(list(PortalSession.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_looking_at_a_link_needs_no_transaction_around_it(ticket: Ticket) -> None:
    """Requests have none of their own: what locks a row must open one."""
    client, _ = asked_for(WANG)
    link = re.search(r"/my/enter\?token=\S+", str(mail.outbox[-1].body))
    assert link is not None
    assert client.get(link[0]).status_code == 200
    assert client.post("/my/enter", {"token": link[0].partition("token=")[2]}).status_code == 302
    assert client.get(link[0]).status_code == 410


def test_an_unknown_address_gets_the_same_answer_and_no_mail(ticket: Ticket) -> None:
    _, known = asked_for(WANG)
    mail.outbox.clear()
    _, unknown = asked_for("nobody@example.com")
    hidden = re.compile(r'csrfmiddlewaretoken" value="\w+"')
    assert hidden.sub("", page(unknown)).replace("nobody@example.com", WANG) == hidden.sub("", page(known))
    assert mail.outbox == []
    assert SignInLink.objects.count() == 1


def test_a_link_is_over_after_half_an_hour_and_when_it_was_changed(ticket: Ticket) -> None:
    asked_for(WANG)
    found = re.search(r"token=(\S+)", str(mail.outbox[0].body))
    assert found is not None
    assert visitor().post("/my/enter", {"token": found[1][:-2] + "xx"}).status_code == 410
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert visitor().post("/my/enter", {"token": found[1]}).status_code == 410
    assert PortalSession.objects.count() == 0


def test_links_are_limited_for_each_address(ticket: Ticket) -> None:
    for _ in range(5):
        assert visitor().post("/my/link", {"email": WANG}).status_code == 200
    refused = visitor().post("/my/link", {"email": WANG.upper()})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert SignInLink.objects.count() == 5
    assert WANG not in str(list(Allowance.objects.values()))


def test_nobody_sees_what_is_not_theirs(ticket: Ticket, lead: Staff) -> None:
    arrive(text="发票", sender=LI, subject="李的发票", at=NOW)
    write_note(
        ticket_id=ticket.pk,
        text="内部备注",
        file_ids=[],
        mentions=[],
        idempotency_key="12345678",
        by=lead,
        now=NOW,
    )
    mine, theirs = visitor(WANG), visitor(LI)
    assert "内部备注" not in page(mine.get(f"/my/tickets/{ticket.pk}"))
    assert "李的发票" not in page(mine.get("/my"))
    for path in ("", "/answer", "/solved", "/rating"):
        asked = (
            theirs.get(f"/my/tickets/{ticket.pk}")
            if not path
            else theirs.post(f"/my/tickets/{ticket.pk}{path}", {"text": "x", "score": "1", "form_id": "1"})
        )
        assert asked.status_code == 404
    ticket.refresh_from_db()
    assert (ticket.status, RawMessage.objects.filter(channel__kind="portal").count()) == ("new", 0)
    assert visitor().get(f"/my/tickets/{ticket.pk}")["Location"] == "/my"


def test_spam_and_merged_tickets_are_not_listed(ticket: Ticket, lead: Staff) -> None:
    other = arrive(text="广告", sender=WANG, subject="广告", at=NOW).ticket
    mark_as_spam(ticket_id=other.pk, block=False, by=lead, now=NOW)
    assert "广告" not in page(visitor(WANG).get("/my?show=done"))
    assert visitor(WANG).get(f"/my/tickets/{other.pk}").status_code == 404


def test_what_a_customer_writes_takes_the_way_of_all_messages_once(ticket: Ticket, lead: Staff) -> None:
    client = visitor(WANG)
    change_status(ticket_id=ticket.pk, status="solved", by=lead, now=NOW)
    for _ in range(2):
        file = SimpleUploadedFile("截图.txt", b"screen", "text/plain")
        sent = {"text": "还是没到账", "form_id": "form-1", "files": file}
        assert client.post(f"/my/tickets/{ticket.pk}/answer", sent).status_code == 302
    (raw,) = RawMessage.objects.filter(channel__kind="portal")
    inbound = understand_raw_message(raw_id=raw.pk, now=timezone.now())
    message = receive_message(inbound_id=inbound.pk)
    assert message is not None
    ticket.refresh_from_db()
    assert (message.ticket_id, ticket.status, ticket.message_count) == (ticket.pk, "open", 2)
    shown = client.get(f"/my/tickets/{ticket.pk}")
    assert "还是没到账" in page(shown)
    href = re.search(r"/my/files/[\w-]+", page(shown))
    assert href is not None
    assert client.get(href[0]).content == b"screen"
    assert visitor(LI).get(href[0]).status_code in (302, 404)
    assert Customer.objects.filter(identities__value=WANG).count() == 1


def test_an_empty_answer_is_refused_and_nothing_is_stored(ticket: Ticket) -> None:
    refused = visitor(WANG).post(f"/my/tickets/{ticket.pk}/answer", {"text": "  ", "form_id": "1"})
    assert (refused.status_code, "请先写点什么" in page(refused)) == (422, True)
    assert not RawMessage.objects.filter(channel__kind="portal").exists()


def test_answers_to_the_portal_show_there_and_go_by_mail_once(ticket: Ticket, lead: Staff) -> None:
    client = visitor(WANG)
    client.post(f"/my/tickets/{ticket.pk}/answer", {"text": "在吗？", "form_id": "1"})
    raw = RawMessage.objects.get(channel__kind="portal")
    receive_message(inbound_id=understand_raw_message(raw_id=raw.pk, now=timezone.now()).pk)
    message = write_reply(
        ticket_id=ticket.pk, reply=ReplyText(text="今天到账。"), idempotency_key="12345678", by=lead, now=NOW
    )
    answer = message.delivery
    assert answer is not None
    assert answer.channel.kind == "portal"
    from zhiyin.channels.providers.registry import provider_of

    receipts = [provider_of("portal").deliver(answer) for _ in range(2)]
    (mailed,) = Delivery.objects.filter(channel__kind="email")
    assert [receipt.provider_id for receipt in receipts] == [mailed.key] * 2
    assert (mailed.recipient, mailed.text) == (WANG, "今天到账。")
    assert "今天到账。" in page(client.get(f"/my/tickets/{ticket.pk}"))


def test_a_customer_closes_and_rates_once(ticket: Ticket) -> None:
    client = visitor(WANG)
    early = {"score": "5"}
    client.post(f"/my/tickets/{ticket.pk}/rating", early)
    assert Rating.objects.count() == 0
    client.post(f"/my/tickets/{ticket.pk}/solved")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since) == ("solved", None)
    told = {"score": "4", "reasons": ["quick"], "words": "不错"}
    client.post(f"/my/tickets/{ticket.pk}/rating", told)
    client.post(f"/my/tickets/{ticket.pk}/rating", {"score": "1"})
    assert list(Rating.objects.values_list("score", "reasons", "words", "source")) == [
        (4, ["quick"], "不错", "portal")
    ]
    assert "您的评价：4 / 5" in page(client.get(f"/my/tickets/{ticket.pk}"))
    assert client.post(f"/my/tickets/{ticket.pk}/rating", {"score": "nine"}).status_code == 422


def test_signing_out_everywhere_ends_every_session_of_the_address(ticket: Ticket) -> None:
    phone, laptop, other = visitor(WANG), visitor(WANG), visitor(LI)
    phone.post("/my/leave")
    assert "退款" in page(laptop.get("/my"))
    laptop.post("/my/leave", {"everywhere": "1"})
    assert list(PortalSession.objects.values_list("email", flat=True)) == [LI]
    assert other.cookies[COOKIE].value


def test_sessions_end_when_they_are_not_used_and_are_forgotten(ticket: Ticket) -> None:
    client = visitor(WANG)
    PortalSession.objects.update(seen_at=timezone.now() - timedelta(days=31))
    assert "发送登录链接" in page(client.get("/my"))
    assert forget_expired(now=timezone.now()) == 1


def test_pages_speak_both_languages_and_let_nothing_run(ticket: Ticket) -> None:
    client = visitor(WANG, language="en-GB")
    answer = client.get(f"/my/tickets/{ticket.pk}")
    assert 'lang="en"' in page(answer)
    assert "This is solved" in page(answer)
    assert "script" not in page(answer)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    client.post("/my/language", {"language": "zh", "back": "//evil.example"})
    assert "问题已解决" in page(client.get(f"/my/tickets/{ticket.pk}"))
    assert client.get("/my/style.css")["Content-Type"] == "text/css; charset=utf-8"


def test_a_portal_that_is_switched_off_is_closed(ticket: Ticket, portal: Channel) -> None:
    Channel.objects.filter(pk=portal.pk).update(active=False)
    assert visitor(WANG).get("/my").status_code == 404
    assert visitor().post("/my/link", {"email": WANG}).status_code == 404
    assert SignInLink.objects.count() == 0


def test_a_page_asks_the_database_the_same_number_of_times_however_much_is_on_it(ticket: Ticket) -> None:
    def queries(path: str) -> int:
        client = visitor(WANG)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    before = queries("/my"), queries(f"/my/tickets/{ticket.pk}")
    for number in range(5):
        arrive(text=f"{number}", sender=WANG, subject=f"另一个 {number}", at=NOW)
        arrive(
            text=f"再问 {number}",
            sender=WANG,
            thread_keys=[f"ticket:{ticket.pk}"],
            ticket_number=ticket.pk,
            at=NOW,
        )
    assert (queries("/my"), queries(f"/my/tickets/{ticket.pk}")) == before


def test_who_is_forgotten_is_signed_out() -> None:
    for address in ("wang@example.com", "li@example.com"):
        arrive(sender=address)
        start_session(email=address, now=timezone.now())
    gone = Identity.objects.get(value="wang@example.com").customer_id
    forget_customers(customer_ids=[gone], keeps_rows=True, now=timezone.now())
    let_events_happen()
    assert list(PortalSession.objects.values_list("email", flat=True)) == ["li@example.com"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "path", ["/survey", "/survey/", "/survey/1.cut", "/survey/a/b", "/my/nothing", "/my/tickets/999999"]
)
def test_a_link_that_lost_its_end_is_told_in_customers_words(path: str, language: str) -> None:
    answer = visitor(WANG, language).get(path)
    told = answer.content.decode()
    assert answer.status_code == 404
    assert 'role="alert"' in told
    assert not re.search("管理员|权限|administrator|permission|Sign in to the desk", told)
    assert ("从邮件里重新点开" in told or "Open it from the mail" in told) == path.startswith("/survey")
    assert ('href="/my"' in told) != path.startswith("/survey")  # who has a survey may have no list


def test_the_language_chosen_on_a_survey_holds_there() -> None:
    client = visitor(language="zh")
    answer = client.post("/my/language", {"language": "en", "back": "/survey/1.cut"})
    assert answer.headers["Location"] == "/survey/1.cut"
    assert "Open it from the mail" in client.get("/survey/1.cut").content.decode()
    assert client.post("/my/language", {"back": "https://evil.example"}).headers["Location"] == "/my"


def test_a_form_that_stood_open_for_too_long_says_so_on_a_page() -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    answer = client.post("/my/link", {"email": WANG})
    assert answer.status_code == 403
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Go back, reload it" in answer.content.decode()
    refused = client.post("/api/v1/tickets", {}, content_type="application/json")
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_a_failure_of_ours_is_a_page_in_both_languages(ticket: Ticket) -> None:
    Company.objects.update_or_create(defaults={"timezone": "Nowhere/At_All"})  # a zone that no system knows
    client = visitor(WANG)
    client.raise_request_exception = False
    answer = client.get("/my")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"]
    assert "不是您的操作造成的" in answer.content.decode()
