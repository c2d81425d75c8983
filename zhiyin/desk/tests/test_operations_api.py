from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from zhiyin.channels.commands.delivering import mark_failed
from zhiyin.channels.models import Channel, Delivery
from zhiyin.channels.providers.email.models import Mailbox
from zhiyin.people.models import Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.event_log.models import Cursor, Event, ParkedEvent
from zhiyin.platform.files.jobs import clear_unused
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.ops.backups import note_backup
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import arrive
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.jobs import write_export_later

pytestmark = pytest.mark.django_db


@pytest.fixture
def parked() -> ParkedEvent:
    now = timezone.now()
    event = Event.objects.create(
        position=7, type="tickets.opened", subject="ticket:1", bucket=1, payload={}, at=now, recorded_at=now
    )
    return ParkedEvent.objects.create(
        subscriber="tickets",
        subject="ticket:1",
        event=event,
        error="ValueError: no customer zhang@example.com",
        attempts=3,
        next_try_at=now + timedelta(hours=1),
    )


@pytest.fixture
def given_up() -> Effect:
    now = timezone.now()
    return Effect.objects.create(
        kind="test.mail", key="k", state="given_up", error="550 no such user", next_try_at=now, settled_at=now
    )


def test_the_page_tells_what_failed_without_naming_people(
    administrator: Staff, parked: ParkedEvent, given_up: Effect
) -> None:
    told = client_for(administrator).get("/api/v1/operations").json()
    assert told["head"] == 7
    [held] = told["parked"]
    assert (held["id"], held["type"], held["position"]) == (parked.pk, "tickets.opened", 7)
    assert held["error"] == "ValueError: no customer [email]"
    [lost] = told["failed_effects"]
    assert (lost["id"], lost["error"]) == (given_up.pk, "550 no such user")
    assert told["disk_free_bytes"] > 0


def test_the_page_tells_how_far_each_mailbox_is_read(administrator: Staff) -> None:
    channel = Channel.objects.create(kind="email", name="Help")
    Channel.objects.create(kind="chat", name="Chat")
    Mailbox.objects.create(
        channel=channel, last_uid=7, taken=5, server_count=6, trouble="no login for a@b.cn"
    )
    chat, help_desk = client_for(administrator).get("/api/v1/operations").json()["channels"]
    assert (chat["kind"], chat["mailbox"]) == ("chat", None)
    assert (help_desk["mailbox"]["last_uid"], help_desk["mailbox"]["missing"]) == (7, 1)
    assert help_desk["mailbox"]["trouble"] == "no login for [email]"


def test_the_checks_are_those_of_the_doctor_in_ones_own_language(administrator: Staff) -> None:
    response = client_for(administrator).get("/api/v1/operations/checks", headers={"Accept-Language": "en"})
    checks = {check["name"]: check for check in response.json()}
    assert {"database", "workers", "disk", "audit"} <= set(checks)
    assert checks["audit"]["findings"][0]["level"] == "ok"


def test_retry_makes_a_parked_event_due_and_is_audited(administrator: Staff, parked: ParkedEvent) -> None:
    response = client_for(administrator).post(f"/api/v1/operations/parked/{parked.pk}/retry")
    assert response.status_code == 202
    parked.refresh_from_db()
    assert parked.next_try_at <= timezone.now()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id) == ("operations.parked_retried", administrator.pk)


def test_retry_makes_a_given_up_effect_due(administrator: Staff, given_up: Effect) -> None:
    response = client_for(administrator).post(f"/api/v1/operations/effects/{given_up.pk}/retry")
    assert response.status_code == 202
    given_up.refresh_from_db()
    assert (given_up.state, given_up.attempts) == ("waiting", 0)


def test_an_effect_that_is_done_is_not_done_twice(administrator: Staff, given_up: Effect) -> None:
    Effect.objects.update(state="done")
    response = client_for(administrator).post(f"/api/v1/operations/effects/{given_up.pk}/retry")
    assert (response.status_code, response.json()["code"]) == (409, "operations.nothing_to_retry")
    given_up.refresh_from_db()
    assert given_up.state == "done"
    assert not AuditEntry.objects.exists()


def test_a_subscriber_with_effects_of_its_own_is_not_replayed(administrator: Staff) -> None:
    Cursor.objects.create(subscriber="test.effects", lane=0, position=5, types=["a"])
    client = client_for(administrator)
    refused = client.post("/api/v1/operations/subscribers/test.effects/replay", {"from_position": 0})
    assert (refused.status_code, refused.json()["code"]) == (409, "operations.not_replayable")
    assert client.post("/api/v1/operations/subscribers/nobody/replay", {}).status_code == 404
    assert Cursor.objects.get(subscriber="test.effects").position == 5


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [
        ("/api/v1/operations", "nobody", 401),
        ("/api/v1/operations", "owner", 403),
        ("/api/v1/operations/parked/1/retry", "owner", 403),
        ("/api/v1/operations/effects/1/retry", "nobody", 401),
        ("/api/v1/audit", "owner", 403),
    ],
)
def test_others_are_refused(path: str, who: str, status: int, owner: Staff) -> None:
    client = client_for(owner if who == "owner" else None)
    response = client.post(path) if path.endswith("retry") else client.get(path)
    assert response.status_code == status


def test_who_may_see_may_not_repair(given_up: Effect) -> None:
    from zhiyin.testing.people import make_staff

    lead = client_for(make_staff(roles=["lead"]))
    assert lead.get("/api/v1/operations").status_code == 200
    assert lead.post(f"/api/v1/operations/effects/{given_up.pk}/retry").status_code == 403
    given_up.refresh_from_db()
    assert given_up.state == "given_up"


def test_what_failed_says_what_it_means_and_how_many_wait_behind_it(
    administrator: Staff, parked: ParkedEvent
) -> None:
    behind = Event.objects.create(
        position=8,
        type="tickets.edited",
        subject="ticket:1",
        bucket=1,
        payload={},
        at=parked.parked_at,
        recorded_at=parked.parked_at,
    )
    ParkedEvent.objects.create(
        subscriber="tickets", subject="ticket:1", event=behind, next_try_at=parked.next_try_at
    )
    [told] = client_for(administrator).get("/api/v1/operations").json()["parked"]
    assert (told["id"], told["queued_behind"]) == (parked.pk, 1)
    assert told["explanation"]["en"].startswith("Probably a bug of ours")
    assert told["explanation"]["zh"].startswith("多半是程序错误")


def test_a_message_that_came_back_is_listed_with_its_ticket_and_sent_again(administrator: Staff) -> None:
    now = timezone.now()
    ticket = arrive().ticket
    reply = ReplyText(text="您好")
    message = write_reply(ticket_id=ticket.pk, reply=reply, idempotency_key="a", by=administrator, now=now)
    assert message.delivery_id is not None
    mark_failed(delivery_id=message.delivery_id, reason="5.1.1 no such user li@example.com", now=now)
    client = client_for(administrator)
    [told] = client.get("/api/v1/operations").json()["failed_deliveries"]
    assert (told["id"], told["ticket_id"], told["state"]) == (message.delivery_id, ticket.pk, "failed")
    assert told["reason"] == "5.1.1 no such user [email]"
    assert told["explanation"]["en"].startswith("The address does not exist")
    path = f"/api/v1/operations/deliveries/{message.delivery_id}/retry"
    assert client.post(path).status_code == 202
    again = Delivery.objects.get(pk=message.delivery_id)
    assert (again.state, again.attempts) == ("queued", 1)
    assert Effect.objects.filter(key=again.effect_key(), state="waiting").exists()
    assert AuditEntry.objects.get().action == "operations.delivery_retried"
    assert client.post(path).json()["code"] == "channels.nothing_to_resend"
    assert client.get("/api/v1/operations").json()["failed_deliveries"] == []


def test_the_last_backup_and_what_makes_one_are_told(administrator: Staff) -> None:
    client = client_for(administrator)
    before = client.get("/api/v1/operations").json()
    assert before["last_backup"] is None
    assert before["backup_command"].startswith("zhiyin backup --data ")
    note_backup(name="zhiyin-1.zybackup", size_bytes=7, missing_files=2, now=timezone.now())
    told = client.get("/api/v1/operations").json()["last_backup"]
    assert (told["name"], told["size_bytes"], told["missing_files"]) == ("zhiyin-1.zybackup", 7, 2)


def test_jobs_that_wait_or_failed_are_told(administrator: Staff) -> None:
    clear_unused.configure(task_kwargs={"timestamp": 0}).defer()
    write_export_later.defer(export_id=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name LIKE %s", ["%write_export_later"]
        )
    jobs = {job["name"]: job for job in client_for(administrator).get("/api/v1/operations").json()["jobs"]}
    waits = jobs["zhiyin.platform.files.jobs.clear_unused"]
    assert (waits["waiting"], waits["failed"]) == (1, 0)
    assert waits["oldest_at"] is not None
    failed = jobs["zhiyin.tickets.jobs.write_export_later"]
    assert (failed["waiting"], failed["failed"], failed["oldest_at"]) == (0, 1, None)
