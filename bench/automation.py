"""Automation: what an event costs with 0, 50 and 200 rules, a draft tried on 10,000 tickets, how late a time rule is.

    python bench/automation.py [--quick] [--keep DIR]

Rules are spread over five occasions, each with two conditions, and none fits: that is what nearly every event meets.
Of 200 is what a lane hands over in a rush; by ones, what a fact costs that comes alone.
The promises: queries stay fixed, a trial within 10 s, a time rule within 5 s of its moment.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measuring import machine, milliseconds, percentile, table
from bench.stores import store

if TYPE_CHECKING:
    from zhiyin.people.models import Staff

RULES = (0, 50, 200)
ON = ("customer_wrote", "created", "status_changed", "priority_changed", "answered")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.inside:
        _inside(told.quick)
        return
    named = machine()
    print(named, flush=True)
    with store(2_000 if told.quick else 20_000, keep=told.keep) as one:
        command = [sys.executable, __file__, "--inside", *["--quick"] * told.quick]
        environment = {
            **os.environ,
            **one.told()["environment"],
            "PYTHONPATH": str(Path(__file__).parent.parent),
        }
        subprocess.run(command, env=environment, check=True)
    print(named)


def _inside(quick: bool) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.settings")
    django.setup()
    rows = [[what, measured] for part in (events, trial, lateness) for what, measured in part(quick)]
    print(f"\n{table(['what', 'measured'], rows)}\n")


def _by() -> Staff:
    from zhiyin.people.models import Staff

    return Staff.objects.filter(roles__code="administrator").order_by("pk")[0]


def _write_rules(count: int) -> None:
    from django.utils import timezone

    from zhiyin.automation.commands.rules import RuleForm, add_rule, remove_rule
    from zhiyin.automation.definitions import Occasion
    from zhiyin.automation.models import Rule

    by, now = _by(), timezone.now()
    for rule in Rule.objects.all():
        remove_rule(rule_id=rule.pk, by=by, now=now)
    for number in range(count):
        form = RuleForm(
            name=f"R{number}",
            occasion=Occasion.model_validate({"on": ON[number % len(ON)]}),
            conditions={
                "all": [
                    {"field": "tags", "is": "has_any", "value": [f"no such tag {number}"]},
                    {"field": "priority", "is": "any_of", "value": [1, 4]},
                ]
            },
            actions={"tags_add": ["x"]},
        )
        add_rule(form=form, by=by, now=now, active=True)


def events(quick: bool) -> Iterator[tuple[str, str]]:
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from zhiyin.automation.commands.considering import consider
    from zhiyin.tickets.events import CustomerWrote
    from zhiyin.tickets.models import Ticket

    ids = list(Ticket.objects.order_by("-pk").values_list("pk", flat=True)[:200])
    facts = [CustomerWrote(ticket_id=pk, message_id=1, at=timezone.now(), position=pk) for pk in ids]
    for count in RULES:
        _write_rules(count)
        with transaction.atomic():
            consider(facts[:1])
            for what, batch, times in (
                ("by ones", 1, 30 if quick else 400),
                ("of 200", 200, 3 if quick else 40),
            ):
                took = []
                for turn in range(times):
                    part = facts[turn % 100 : turn % 100 + 1] if batch == 1 else facts
                    began = time.perf_counter()
                    consider(part)
                    took.append((time.perf_counter() - began) / len(part))
                with CaptureQueriesContext(connection) as asked:
                    consider(facts[:batch])
                spread = f"p50 {_small(percentile(took, 0.5))}, p95 {_small(percentile(took, 0.95))}"
                yield f"an event, {count} rules, {what}", f"{spread}, {len(asked)} queries"


def _small(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs" if seconds < 0.001 else milliseconds(seconds)


def trial(_quick: bool) -> Iterator[tuple[str, str]]:
    from django.utils import timezone

    from zhiyin.automation.commands.rules import RuleForm
    from zhiyin.automation.definitions import Occasion
    from zhiyin.automation.queries.trying import try_rule

    for what, occasion in (
        ("a new ticket", {"on": "created"}),
        ("a status changes", {"on": "status_changed"}),
        ("four hours after", {"on": "time", "since": "created", "minutes": 240}),
    ):
        form = RuleForm(
            name="R",
            occasion=Occasion.model_validate(occasion),
            conditions={"none": [{"field": "words", "is": "contains", "value": "发票"}]},
            actions={"priority": 4, "tags_add": ["x"], "message": "您好"},
        )
        began = time.perf_counter()
        tried = try_rule(form=form, by=_by(), now=timezone.now())
        seconds = time.perf_counter() - began
        yield f"a trial, {what}", f"{seconds:.2f} s: {tried.tickets:,} tickets, {tried.fitting:,} fit"


def lateness(quick: bool) -> Iterator[tuple[str, str]]:
    """Tickets whose time comes one after the other, and the centre's worker looks after them."""
    from django.utils import timezone

    from zhiyin.automation.commands.rules import RuleForm, add_rule
    from zhiyin.automation.definitions import Occasion
    from zhiyin.automation.models import Run
    from zhiyin.tickets.models import Ticket

    _write_rules(0)
    now, count = timezone.now(), 10 if quick else 60
    occasion = Occasion(on="time", since="waiting", minutes=60)
    form = RuleForm(name="T", occasion=occasion, actions={"tags_add": ["late"]})
    rule = add_rule(form=form, by=_by(), now=now - timedelta(hours=2), active=True)
    ids = list(Ticket.objects.active().order_by("-pk").values_list("pk", flat=True)[:count])
    Ticket.objects.exclude(pk__in=ids).update(waiting_since=None)
    due = {}
    for number, pk in enumerate(ids):
        due[pk] = now + timedelta(seconds=2 + 20 * number / count)
        Ticket.objects.filter(pk=pk).update(waiting_since=due[pk] - timedelta(hours=1))
    until = time.monotonic() + 60
    while Run.objects.filter(rule=rule).count() < count and time.monotonic() < until:
        time.sleep(0.5)
    late = [(run.at - due[run.ticket_id]).total_seconds() for run in Run.objects.filter(rule=rule)]
    yield (
        f"a time rule, {len(late)} of {count} tickets",
        f"p50 {percentile(late, 0.5):.1f} s, at most {max(late):.1f} s after its moment",
    )


if __name__ == "__main__":
    main()
