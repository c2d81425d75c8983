"""F4 Power cut: kill any process at any moment, under load. No message lost, none sent twice, work goes on."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from tests.scenarios.kit import SECRET, Listener, Outside, Person, eventually, set_up
from zhiyin.testing.centre import RunningCentre

CUSTOMERS = 6
MESSAGES_EACH = 15
CUTS = 8
VICTIMS = ("worker", "web-1", "web-2", "stream", "worker", "postgres")


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.xdist_group("up")
@pytest.mark.timeout(300)
def test_f4_power_cut(tmp_path: Path) -> None:
    centre = RunningCentre(tmp_path / "centre", ZHIYIN_ALLOW_PRIVATE_WEBHOOKS="1", ZHIYIN_UNDO_SECONDS="0")
    with Outside().open() as outside:
        try:
            centre.start()
            _live_through_it(centre, outside)
        finally:
            centre.kill_everything()


def _live_through_it(centre: RunningCentre, outside: Outside) -> None:
    admin = set_up(centre)
    admin.post(
        "/api/v1/channels",
        {
            "kind": "api",
            "key": "app",
            "name": "手机应用",
            "values": {"callback_url": outside.url, "callback_secret": SECRET},
        },
    )
    listener = Listener(admin)
    listener.start()
    assert listener.opened.wait(30)
    writers = [threading.Thread(target=_write, args=(admin, number)) for number in range(CUSTOMERS)]
    answering_ends = threading.Event()
    answered: list[str] = []
    agent = threading.Thread(target=_answer, args=(admin, answering_ends, answered))
    for thread in [*writers, agent]:
        thread.start()
    kills = _cut_power_again_and_again(centre)
    for thread in writers:
        thread.join()
    said = eventually(lambda: _everything_said(admin), "every message on a timeline", patience=90)
    assert said == Counter(f"客户{c} 第{n}条" for c in range(CUSTOMERS) for n in range(MESSAGES_EACH))
    answering_ends.set()
    agent.join()
    _nothing_is_sent_twice(admin, outside, answered, kills)
    _the_browser_missed_nothing(admin, listener)


def _write(person: Person, customer: int) -> None:
    """One customer's program: hands in each message until it is told that it is stored."""
    own = Person(person.centre)
    own.cookies.update(person.cookies)
    for number in range(MESSAGES_EACH):
        body = {
            "external_id": f"{customer}-{number}",
            "thread_id": f"thread-{customer}",
            "sender": {"kind": "external", "value": f"customer-{customer}", "name": f"客户{customer}"},
            "text": f"客户{customer} 第{number}条",
        }
        answer = own.call("POST", "/api/v1/channels/app/messages", body, patience=120)
        assert answer.status_code in (200, 201), answer.text
        time.sleep(random.random() * 0.5)


def _answer(person: Person, ends: threading.Event, answered: list[str]) -> None:
    """An agent: answers whoever waits, each answer under a key of its own, repeated until it is taken."""
    own = Person(person.centre)
    own.cookies.update(person.cookies)
    while not ends.is_set():
        for row in own.get("/api/v1/tickets?view=waiting")["items"]:
            text = f"答复 {row['id']} 之 {len(answered)}"
            body = {"text": text, "idempotency_key": f"f4-answer-{len(answered)}", "force": True}
            own.post(f"/api/v1/tickets/{row['id']}/replies", body)
            answered.append(text)
        time.sleep(0.3)


def _cut_power_again_and_again(centre: RunningCentre) -> int:
    """kill -9 to one part after another, and twice to everything; returns how many times a worker died."""
    kills = 0
    for cut in range(CUTS):
        time.sleep(0.5 + random.random())
        if cut in (3, 6):
            centre.kill_everything()
            kills += 1
            centre.start()
            continue
        victim = VICTIMS[cut % len(VICTIMS)]
        if pid := centre.pid(victim):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            kills += victim in ("worker", "postgres")
    return kills


def _everything_said(admin: Person) -> Counter[str] | None:
    said: Counter[str] = Counter()
    tickets = admin.get("/api/v1/tickets?view=all&limit=100")["items"]
    for row in tickets:
        page = admin.get(f"/api/v1/tickets/{row['id']}/timeline?limit=100")
        said += Counter(entry["text"] for entry in page["items"] if entry["kind"] == "inbound")
    assert len(tickets) <= CUSTOMERS, "a customer's messages opened more than one ticket"
    return said if said.total() >= CUSTOMERS * MESSAGES_EACH else None


def _nothing_is_sent_twice(admin: Person, outside: Outside, answered: list[str], kills: int) -> None:
    assert answered
    eventually(
        lambda: {text for _, text in outside.arrived} >= set(answered), "every answer outside", patience=60
    )
    copies = Counter(outside.arrived)
    ids = Counter(text for _, text in copies)
    assert set(ids) == set(answered)
    assert set(ids.values()) == {1}, "one answer left under two ids: the other side can't know it is the same"
    again = sum(copies.values()) - len(copies)
    assert again <= kills, "more copies than processes killed between sending and marking"
    for row in admin.get("/api/v1/tickets?view=all&limit=100")["items"]:
        eventually(lambda row=row: _all_settled(admin, row["id"]), "deliveries settled")  # type: ignore[misc]


def _all_settled(admin: Person, ticket_id: int) -> bool:
    entries = admin.get(f"/api/v1/tickets/{ticket_id}/timeline?limit=100")["items"]
    return all(
        entry["delivery"]["state"] in ("sent", "delivered")
        for entry in entries
        if entry["kind"] == "outbound"
    )


def _the_browser_missed_nothing(admin: Person, listener: Listener) -> None:
    """Every event of every ticket that the log holds has come over the stream, in spite of broken lines."""
    wanted = set()
    for row in admin.get("/api/v1/tickets?view=all&limit=100")["items"]:
        entries = admin.get(f"/api/v1/tickets/{row['id']}/timeline?limit=100")["items"]
        wanted |= {int(entry["id"][1:]) for entry in entries if entry["kind"] == "event"}
    assert wanted
    eventually(lambda: wanted <= listener.positions, "every event over the stream", patience=30)
    assert listener.resets == 0
    listener.stop()
