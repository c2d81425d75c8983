"""B3 when things break: a worker dies between offer and accept, a browser is gone, two workers share the work, and the
database is restarted in the middle. Nobody is offered twice, nobody is lost."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.scenarios.kit import PASSWORD, Person, eventually, set_up
from zhiyin.testing.centre import RunningCentre

CUSTOMERS, AGENTS, ROOM = 18, 3, 3
pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.xdist_group("up")]


def test_whatever_breaks_nobody_is_offered_twice_or_lost(tmp_path: Path) -> None:
    centre = RunningCentre(tmp_path / "centre", ZHIYIN_UNDO_SECONDS="0")
    second: subprocess.Popen[bytes] | None = None
    try:
        centre.start()
        admin = set_up(centre)
        _set_queue(admin)
        second = _another_worker(centre)
        _live_through_it(centre, admin, second)
    finally:
        if second is not None:
            second.kill()
            second.wait()
        centre.kill_everything()


def _live_through_it(centre: RunningCentre, admin: Person, second: subprocess.Popen[bytes]) -> None:
    gone = _agent(centre, admin, 0)
    [left] = _left_with_who_is_gone(admin, gone)
    others = [_agent(centre, admin, number) for number in range(1, AGENTS)]
    ends = threading.Event()
    desks = [threading.Thread(target=_sit_at_the_desk, args=(person, ends)) for person in others]
    for desk in desks:
        desk.start()
    try:
        for number in range(1, CUSTOMERS):
            _say(admin, number)
            if number == 5:
                centre.kill("worker")  # the other one goes on
            if number == 9:
                centre.kill("postgres")  # started again by the centre; both workers come back to it
            if number == 13:
                second.kill()
            time.sleep(0.4)
        eventually(
            lambda: _all_solved(admin),
            "everybody served, who was left with one that is gone too",
            patience=240,
        )
    finally:
        ends.set()
        for desk in desks:
            desk.join()
    _nobody_twice(centre)
    eventually(lambda: _nobody_is_busy(centre), "all places free again")
    decisions = admin.get(f"/api/v1/routing/tickets/{left}/decisions")
    assert [one["reason"] for one in decisions if one["how"] == "returned"] == ["away"]


def _set_queue(admin: Person) -> None:
    admin.post("/api/v1/channels", {"kind": "api", "key": "app", "name": "手机应用"})
    rule = {"units": ROOM, "away_minutes": 1}
    assert admin.call("PUT", "/api/v1/routing/kinds/api", rule).status_code == 200
    admin.post("/api/v1/routing/queues", {"name": "在线", "accept_seconds": 20, "rings": [{}]})


def _agent(centre: RunningCentre, admin: Person, number: int) -> Person:
    """Somebody of their own who is available."""
    roles = {one["code"]: one["id"] for one in admin.get("/api/v1/people/roles")}
    email = f"agent{number}@shop.example"
    invited = admin.post("/api/v1/people/invitations", {"email": email, "role_ids": [roles["agent"]]})
    [token] = re.findall(r"/invitation/([\w.:-]+)", invited["link"])
    person = Person(centre)
    person.get("/api/v1/session")
    person.post(
        f"/api/v1/people/invitations/{token}/acceptance", {"name": f"客服{number}", "password": PASSWORD}
    )
    person.get("/api/v1/session")
    assert person.call("PUT", "/api/v1/people/presence", {"state": "available"}).status_code == 200
    return person


def _left_with_who_is_gone(admin: Person, gone: Person) -> list[int]:
    """One customer whose agent accepted, and whose browser is never heard of again."""
    _say(admin, 0)
    [offer] = eventually(lambda: gone.get("/api/v1/routing/offers"), "the first offer")
    return [gone.post(f"/api/v1/routing/offers/{offer['id']}/acceptance")["ticket_id"]]


def _another_worker(centre: RunningCentre) -> subprocess.Popen[bytes]:
    environment = {**centre.environment, **centre.told()["environment"]}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "zhiyin", "worker"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _sit_at_the_desk(person: Person, ends: threading.Event) -> None:
    """As the browser does: heartbeats, accepting what comes, being done with it."""
    mine: list[int] = []
    while not ends.wait(0.3):
        person.call("POST", "/api/v1/people/presence/heartbeats", {})
        person.call("PUT", "/api/v1/people/presence", {"state": "available"})
        offers = person.call("GET", "/api/v1/routing/offers")
        for offer in offers.json() if offers.status_code == 200 else []:
            taken = person.call("POST", f"/api/v1/routing/offers/{offer['id']}/acceptance", {})
            if taken.status_code == 200:
                mine.append(taken.json()["ticket_id"])
        if (
            mine
            and person.call("PATCH", f"/api/v1/tickets/{mine[0]}", {"status": "solved"}).status_code < 300
        ):
            mine.pop(0)


def _say(admin: Person, number: int) -> None:
    body = {
        "external_id": f"m{number}",
        "thread_id": f"t{number}",
        "sender": {"kind": "external", "value": f"customer-{number}", "name": f"客户{number}"},
        "text": f"我的订单 {number} 什么时候发货？",
    }
    admin.post("/api/v1/channels/app/messages", body)


def _all_solved(admin: Person) -> Any:
    solved = admin.get("/api/v1/tickets?view=all&limit=100")["items"]
    assert len(solved) <= CUSTOMERS
    return len(solved) == CUSTOMERS and {row["status"] for row in solved} == {"solved"}


def _nobody_twice(centre: RunningCentre) -> None:
    with psycopg.connect(centre.told()["environment"]["DATABASE_URL"]) as connection:
        rows = connection.execute(
            "SELECT item.ticket_id, offer.state, offer.offered_at, offer.settled_at FROM routing_offer offer"
            " JOIN routing_workitem item ON item.id = offer.item_id ORDER BY item.ticket_id, offer.offered_at"
        ).fetchall()
    accepted = Counter(ticket for ticket, state, _, _ in rows if state == "accepted")
    again = [ticket for ticket, times in accepted.items() if times > 1]
    assert len(accepted) == CUSTOMERS
    assert len(again) == 1, "only who was left with one that is gone was served by another"
    for (ticket, _, _, settled), (following, _, offered, _) in itertools.pairwise(rows):
        if ticket == following:  # the next offer of the same work only after the one before was over
            assert settled is not None
            assert settled <= offered


def _nobody_is_busy(centre: RunningCentre) -> bool:
    with psycopg.connect(centre.told()["environment"]["DATABASE_URL"]) as connection:
        load = connection.execute("SELECT load FROM routing_seat").fetchall()
    return all(not any(units.values()) for (units,) in load)
