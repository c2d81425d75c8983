from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from zhiyin.people.commands.security import note_security_change
from zhiyin.people.mails import KIND
from zhiyin.people.models import Company, Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.ledger.ledger import carry_out_next
from zhiyin.platform.ledger.models import Effect
from zhiyin.testing.people import PASSWORD, ApiClient, make_staff

pytestmark = pytest.mark.django_db
AUTH = "/_allauth/browser/v1/auth"
NEW_PASSWORD = "another-Quiet-9-rivers"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def ann() -> Staff:
    Company.objects.create(name="云杉科技")
    return make_staff(email="ann@example.com", name="安", password=PASSWORD)


class MailServer:
    """Answers every recipient with one line and keeps what was accepted."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.accepted: list[str] = []

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content or b""
        self.accepted.append(content if isinstance(content, str) else content.decode())
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


def deliver() -> None:
    while carry_out_next(kind=KIND, now=timezone.now()):
        pass


def reset_key(client: ApiClient) -> str:
    assert client.post(f"{AUTH}/password/request", {"email": "Ann@example.com"}).status_code == 200
    deliver()
    link = next(line for line in mail.outbox[-1].body.splitlines() if line.startswith("http"))
    return link.rsplit("/password-reset/", 1)[1]


def test_a_forgotten_password_is_reset_by_a_link_that_works_once(ann: Staff, nobody: ApiClient) -> None:
    key = reset_key(nobody)
    assert nobody.get(f"{AUTH}/password/reset", headers={"X-Password-Reset-Key": key}).status_code == 200

    answer = nobody.post(f"{AUTH}/password/reset", {"key": key, "password": NEW_PASSWORD})

    assert answer.status_code == 401  # changed, and not signed in by it
    ann.refresh_from_db()
    assert ann.check_password(NEW_PASSWORD)
    again = nobody.post(f"{AUTH}/password/reset", {"key": key, "password": PASSWORD})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (400, "invalid_password_reset")
    deliver()
    assert [sent.subject for sent in mail.outbox] == [
        "重置您在 云杉科技 客服工作台的密码",
        "您的账号有安全变更：密码已重置",
    ]


def test_a_reset_ends_the_wait_after_failures(ann: Staff, nobody: ApiClient) -> None:
    for _ in range(5):
        nobody.post(f"{AUTH}/login", {"email": "ann@example.com", "password": "wrong-Password-1"})
    nobody.post(f"{AUTH}/password/reset", {"key": reset_key(nobody), "password": NEW_PASSWORD})

    entered = nobody.post(f"{AUTH}/login", {"email": "ann@example.com", "password": NEW_PASSWORD})

    assert entered.status_code == 200


def test_a_reset_refuses_a_weak_password(ann: Staff, nobody: ApiClient) -> None:
    answer = nobody.post(f"{AUTH}/password/reset", {"key": reset_key(nobody), "password": "qwertyuiop"})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "password_too_common")
    ann.refresh_from_db()
    assert ann.check_password(PASSWORD)


def test_the_reset_is_owed_without_a_link_and_told(ann: Staff, nobody: ApiClient) -> None:
    nobody.post(f"{AUTH}/password/request", {"email": "ann@example.com"})

    assert Effect.objects.get().payload == {"mail": "password_reset", "staff_id": ann.pk}
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details["what"]) == ("people.security_changed", "password_reset_requested")


@pytest.mark.parametrize("email", ["who@example.com", "gone@example.com"])
def test_unknown_and_deactivated_people_get_no_mail_and_the_same_answer(
    nobody: ApiClient, email: str
) -> None:
    make_staff(email="gone@example.com", password=PASSWORD, is_active=False)

    answer = nobody.post(f"{AUTH}/password/request", {"email": email})
    deliver()

    assert answer.status_code == 200
    assert mail.outbox == []


def test_a_notice_tells_what_changed_when_and_from_where(ann: Staff) -> None:
    at = datetime(2026, 5, 4, 1, 30, tzinfo=UTC)
    note_security_change(staff_id=ann.pk, what="totp_activated", address="198.51.100.7", now=at)

    deliver()

    [sent] = mail.outbox
    assert sent.to == ["ann@example.com"]
    assert "已开启身份验证器" in sent.subject
    assert "2026-05-04 09:30 (Asia/Shanghai)" in sent.body
    assert "198.51.100.7" in sent.body


def test_mail_goes_out_by_smtp_with_an_id_of_its_own(ann: Staff, server: MailServer) -> None:
    note_security_change(staff_id=ann.pk, what="password_changed", address="198.51.100.7", now=timezone.now())

    deliver()

    [raw] = server.accepted
    assert f"Message-ID: <zhiyin-{Effect.objects.get().pk}@localhost>" in raw
    assert "Auto-Submitted: auto-generated" in raw
    assert Effect.objects.get().state == "done"


@pytest.mark.parametrize(("answer", "state"), [("550 no such user", "given_up"), ("450 later", "waiting")])
def test_refused_for_good_is_given_up_and_refused_for_now_is_tried_again(
    ann: Staff, server: MailServer, answer: str, state: str
) -> None:
    server.answer = answer
    note_security_change(staff_id=ann.pk, what="password_changed", address="198.51.100.7", now=timezone.now())

    carry_out_next(kind=KIND, now=timezone.now())

    effect = Effect.objects.get()
    assert (effect.state, effect.error) == (state, f"the address is refused: {answer[:3]}")
    assert server.accepted == []


def test_a_server_that_is_away_is_tried_again(ann: Staff, settings: Settings, server: MailServer) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    note_security_change(staff_id=ann.pk, what="password_changed", address="198.51.100.7", now=timezone.now())
    carry_out_next(kind=KIND, now=timezone.now())
    assert Effect.objects.get().state == "waiting"

    settings.EMAIL_PORT = port
    carry_out_next(kind=KIND, now=timezone.now() + timedelta(minutes=1))

    assert (Effect.objects.get().state, len(server.accepted)) == ("done", 1)


def test_a_name_can_not_break_the_subject(ann: Staff) -> None:
    Company.objects.update(name="Evil\nBcc: all@example.com")
    note_security_change(staff_id=ann.pk, what="password_changed", address="::1", now=timezone.now())

    deliver()

    assert len(mail.outbox) == 1
