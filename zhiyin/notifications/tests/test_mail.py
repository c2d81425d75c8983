"""Mail about notifications, to a real SMTP server: what it says, what it keeps to itself, and when it stays at home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from django.utils import timezone
from pytest_django import Settings

from zhiyin.notifications.commands.digesting import owe_due_digests
from zhiyin.notifications.commands.reading import mark_read
from zhiyin.notifications.models import Notification, Policy, Preferences, Sending
from zhiyin.notifications.tests.scene import key_of, note
from zhiyin.people.models import Membership, Staff
from zhiyin.platform.ledger.models import Effect
from zhiyin.testing.people import make_group
from zhiyin.testing.spine import let_effects_happen, let_events_happen
from zhiyin.testing.tickets import arrive
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
SECRET = "我的银行卡号是多少"


class MailServer:
    """Takes every mail, or answers recipients with what it is told to."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        self.mails.append(BytesParser(EmailMessage, policy=policy.default).parsebytes(raw))
        return "250 OK"


class AnyPort(Controller):
    """aiosmtpd's controller, on a port of the system's choice."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    handler = MailServer()
    controller = AnyPort(handler, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "127.0.0.1", False, False
    settings.EMAIL_PORT = controller.port
    yield handler
    controller.stop()


@pytest.fixture
def by_mail(owner: Staff) -> Preferences:
    return Preferences.objects.create(
        pk=owner.pk, ways={"customer_wrote": ["app", "mail"], "mentioned": ["app", "mail"]}
    )


def now() -> datetime:
    return timezone.now()


def wrote(ticket: Ticket, at: datetime, text: str = SECRET) -> None:
    arrive(at=at, thread_keys=[key_of(ticket)], text=text)
    let_events_happen()


def deliver(**after: float) -> None:
    let_effects_happen(now=now() + timedelta(**after))


def bodies(mail: EmailMessage) -> tuple[str, str]:
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_a_mail_waits_two_minutes_and_tells_everything_until_then(
    owner: Staff, ticket: Ticket, server: MailServer, by_mail: Preferences
) -> None:
    wrote(ticket, now())
    wrote(ticket, now())
    deliver(minutes=1)
    assert server.mails == []
    deliver(minutes=3)
    (mail,) = server.mails
    assert mail["To"] == "owner@example.com"
    assert mail["Subject"] == f"[#{ticket.pk}] 工单有新动态"
    text, html = bodies(mail)
    assert "客户 发来 2 条消息" in text
    assert "客户 发来 2 条消息" in html
    assert f"http://127.0.0.1:8000/tickets/{ticket.pk}?message=" in text
    assert "/profile/notifications" in text
    assert mail["List-Unsubscribe"] == "<http://127.0.0.1:8000/profile/notifications>"
    assert mail["Auto-Submitted"] == "auto-generated"
    effect = Effect.objects.get(kind="notifications.mail")
    assert mail["Message-ID"] == f"<zhiyin-{effect.pk}@localhost>"
    assert Sending.objects.get().state == "sent"


def test_customers_words_leave_only_when_company_and_person_both_allow_it(
    owner: Staff, ticket: Ticket, server: MailServer, by_mail: Preferences
) -> None:
    allowed = []
    Policy.objects.create()
    for company, person in [(False, False), (False, True), (True, False), (True, True)]:
        Policy.objects.update(allows_content=company)
        Preferences.objects.update(shows_content=person)
        Notification.objects.all().delete()
        wrote(ticket, now())
        deliver(minutes=3)
        mail = server.mails.pop()
        text, html = bodies(mail)
        told = [one for one in (SECRET, "王芳") if one in text and one in html]
        allowed.append((told, mail["Subject"]))
    closed: tuple[list[str], str] = ([], f"[#{ticket.pk}] 工单有新动态")
    assert allowed == [closed, closed, closed, ([SECRET, "王芳"], f"[#{ticket.pk}] 退款多久到账")]


def test_what_a_customer_writes_is_text_and_never_markup(
    owner: Staff, ticket: Ticket, server: MailServer, by_mail: Preferences
) -> None:
    Policy.objects.create(allows_content=True)
    Preferences.objects.update(shows_content=True)
    wrote(ticket, now(), text="<img src=x onerror=alert(1)>\r\nBcc: all@example.com")
    deliver(minutes=3)
    text, html = bodies(server.mails[0])
    assert "<img src=x" in text
    assert "<img" not in html
    assert "&lt;img src=x" in html
    assert server.mails[0]["Bcc"] is None


def test_mails_of_one_ticket_stand_together(
    owner: Staff, colleague: Staff, ticket: Ticket, server: MailServer, by_mail: Preferences
) -> None:
    wrote(ticket, now())
    note(ticket, by=colleague, mentions=[owner], at=now())
    deliver(minutes=3)
    assert len(server.mails) == 2
    assert {mail["Subject"] for mail in server.mails} == {f"[#{ticket.pk}] 工单有新动态"}
    assert {mail["References"] for mail in server.mails} == {
        f"<zhiyin-ticket-{ticket.pk}-{owner.pk}@localhost>"
    }


def test_a_mail_is_in_the_readers_language(
    owner: Staff, colleague: Staff, ticket: Ticket, server: MailServer, by_mail: Preferences
) -> None:
    Staff.objects.filter(pk=owner.pk).update(locale="en")
    note(ticket, by=colleague, mentions=[owner], at=now())
    deliver(minutes=3)
    text, _ = bodies(server.mails[0])
    assert "Colleague mentioned you in a note" in text
    assert "You get this mail because of: Somebody mentions me in a note." in text


def test_what_was_read_meanwhile_is_not_mailed(
    owner: Staff, ticket: Ticket, server: MailServer, by_mail: Preferences
) -> None:
    wrote(ticket, now())
    mark_read(notification_id=Notification.objects.get(staff=owner).pk, by=owner, now=now())
    deliver(minutes=3)
    assert server.mails == []
    assert (Sending.objects.get().state, Sending.objects.get().why) == ("withheld", "already_read")


def test_whoever_lost_the_right_to_see_it_meanwhile_gets_no_mail(
    owner: Staff, ticket: Ticket, server: MailServer, by_mail: Preferences
) -> None:
    wrote(ticket, now())
    Membership.objects.filter(staff=owner).delete()
    Ticket.objects.filter(pk=ticket.pk).update(assignee=None, group=make_group("Legal"))
    deliver(minutes=3)
    assert server.mails == []
    assert (Sending.objects.get().state, Sending.objects.get().why) == ("withheld", "no_permission")


def test_whoever_switched_mail_off_meanwhile_gets_none(
    owner: Staff, ticket: Ticket, server: MailServer, by_mail: Preferences
) -> None:
    wrote(ticket, now())
    Preferences.objects.update(ways={"customer_wrote": ["app"]})
    deliver(minutes=3)
    assert server.mails == []
    assert Sending.objects.get().why == "switched_off"


def test_a_refused_address_is_given_up_and_told(
    owner: Staff, ticket: Ticket, server: MailServer, by_mail: Preferences
) -> None:
    server.answer = "550 no such user"
    wrote(ticket, now())
    deliver(minutes=3)
    assert Effect.objects.get(kind="notifications.mail").state == "given_up"
    assert (Sending.objects.get().state, Sending.objects.get().why) == (
        "failed",
        "the address is refused: 550",
    )


def test_what_quiet_hours_held_back_comes_as_one_summary_afterwards(
    owner: Staff, colleague: Staff, ticket: Ticket, server: MailServer, by_mail: Preferences
) -> None:
    until = now() + timedelta(hours=2)
    Preferences.objects.update(do_not_disturb_until=until)
    wrote(ticket, now())
    note(ticket, by=colleague, mentions=[owner], at=now())
    deliver(minutes=3)
    assert owe_due_digests(now=now() + timedelta(hours=1)) == 0
    assert server.mails == []
    assert owe_due_digests(now=until) == 1
    assert owe_due_digests(now=until) == 0
    deliver(hours=2)
    (mail,) = server.mails
    assert mail["Subject"] == "Zhiyin 知音：2 条未读通知"
    text, html = bodies(mail)
    for line in (f"#{ticket.pk} · 客户 发来 1 条消息", f"#{ticket.pk} · Colleague 在备注中提到了你"):
        assert line in text
        assert line in html
    assert SECRET not in text


def test_a_summary_leaves_out_what_was_read_and_stays_at_home_when_nothing_is_left(
    owner: Staff, colleague: Staff, ticket: Ticket, server: MailServer
) -> None:
    Preferences.objects.create(pk=owner.pk, ways={"customer_wrote": ["app", "digest"]}, digest_every="hour")
    wrote(ticket, now())
    due = Notification.objects.get(staff=owner).digest_due_at
    assert due is not None
    assert (due.minute, due - now() <= timedelta(hours=1)) == (0, True)
    assert owe_due_digests(now=due) == 1
    Notification.objects.update(read_at=now())
    deliver(hours=2)
    assert server.mails == []
    assert Effect.objects.get(kind="notifications.digest").result == {"withheld": "already_read"}


def test_a_daily_summary_comes_at_the_persons_hour(owner: Staff, ticket: Ticket) -> None:
    Preferences.objects.create(
        pk=owner.pk, ways={"customer_wrote": ["digest"]}, digest_hour=7, timezone="Europe/Berlin"
    )
    wrote(ticket, datetime.fromisoformat("2026-03-04T12:00:00+08:00"))
    due = Notification.objects.get(staff=owner).digest_due_at
    assert due == datetime.fromisoformat("2026-03-04T07:00:00+01:00")
    Notification.objects.all().delete()
    Preferences.objects.update(quiet_from=time(6), quiet_until=time(8, 30))
    wrote(ticket, datetime.fromisoformat("2026-03-04T12:10:00+08:00"))
    due = Notification.objects.get(staff=owner).digest_due_at
    assert due == datetime.fromisoformat("2026-03-04T08:30:00+01:00")
