"""Making a demo: the company, then its months of conversations."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from django.db import connection, transaction

from zhiyin.channels.models import Channel
from zhiyin.customers.models import Customer
from zhiyin.demo.answering import answer_chats
from zhiyin.demo.automating import write_rules
from zhiyin.demo.hearing import hear
from zhiyin.demo.knowledge import share_knowledge
from zhiyin.demo.leading import lead_on
from zhiyin.demo.loading import Load, Tell, next_number
from zhiyin.demo.macros import leave_drafts, prepare_answers
from zhiyin.demo.noticing import notice_latest
from zhiyin.demo.planning import plan
from zhiyin.demo.promising import promise
from zhiyin.demo.rows import COLUMNS
from zhiyin.demo.staffing import DemoPerson, found_company, stand
from zhiyin.demo.tables import database_tables
from zhiyin.demo.views import make_views
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.lanes import NEXT_POSITION
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.models import Ticket

TICKETS = 400  # what `zhiyin up --demo` shows
MOST = 1_000_000


@dataclass(frozen=True)
class Demo:
    """What was made."""

    tickets: int
    customers: int
    seconds: float
    people: list[DemoPerson] = field(default_factory=list)


class NotEmpty(DomainError):
    code = "demo.not_empty"
    status = 409
    messages = {
        "zh": "数据库里已有数据（{staff} 名员工、{tickets} 张工单），没有改动任何内容。"
        "演示数据适合空数据库；确实要混在一起，请加 --add。",
        "en": "The database holds data already ({staff} staff, {tickets} tickets); nothing was changed. "
        "Demo data belong into an empty database; to mix them in all the same, add --add.",
    }


class Busy(DomainError):
    code = "demo.busy"
    status = 409
    messages = {
        "zh": "后台还有未处理完的事件，没有改动任何内容。请等几秒再试；一直如此时请确认 zhiyin worker 正在运行。",
        "en": "Events still wait for the worker; nothing was changed. Try again in a few seconds, and see that "
        "`zhiyin worker` runs if this goes on.",
    }


def is_empty() -> bool:
    """Whether nobody and nothing is there yet."""
    return not any(model.objects.exists() for model in (Staff, Ticket, Customer, Channel))


def make_demo(
    *, tickets: int, seed: int, now: datetime, add: bool = False, tell: Tell = lambda zh, en: None
) -> Demo:
    """Fill the database with a believable company of so many tickets, all or nothing.

    The same seed, moment and starting numbers give the same rows; only passwords are always new.
    Raises NotEmpty where there is data, unless `add`; Busy while events of that data wait to be reacted to.
    """
    if not 1 <= tickets <= MOST:
        raise ValueError(f"tickets: 1 to {MOST:,}")
    began = time.monotonic()
    with transaction.atomic():
        if not add and not is_empty():
            raise NotEmpty(staff=Staff.objects.count(), tickets=Ticket.objects.count())
        people = found_company(now=now)
        prepare_answers(now=now)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {database_tables(list(COLUMNS))} IN SHARE ROW EXCLUSIVE MODE")
            _refuse_while_busy(cursor)
            outline = plan(
                tickets=tickets,
                seed=seed,
                now=int(now.timestamp() * 1_000_000),
                first_ticket=next_number(cursor, "tickets_ticket"),
                first_customer=next_number(cursor, "customers_customer"),
            )
            standing = stand(Random(seed))  # noqa: S311  (repeatable, not secret)
            Load(outline, standing, tell).run()
            notice_latest()
            cursor.execute(_MOVE_CURSORS)
        if people:  # a company that was there already has its views
            make_views(owner=Staff.objects.get(email=people[0].email), now=now)
            lead_on(by=Staff.objects.get(email=people[0].email), now=now)
            promise(by=Staff.objects.get(email=people[0].email), now=now)
            write_rules(by=Staff.objects.get(email=people[0].email), now=now)
            share_knowledge(now=now)
            answer_chats(by=Staff.objects.get(email=people[0].email), now=now)
            hear(now=now)
        leave_drafts(now=now)
    if not connection.in_atomic_block:  # a surrounding transaction is not ours to end
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (ANALYZE) {database_tables(list(COLUMNS))}")
    return Demo(tickets, len(outline.joined), time.monotonic() - began, people)


def _refuse_while_busy(cursor: Any) -> None:
    """Cursors will jump over the demo's facts: nothing else may be between them and the head of the log."""
    cursor.execute("SELECT id FROM event_log_cursor ORDER BY id FOR UPDATE")
    cursor.execute(_UNREAD)
    if cursor.fetchone()[0]:
        raise Busy


_UNREAD = f"SELECT EXISTS (SELECT FROM event_log_cursor c WHERE {NEXT_POSITION} IS NOT NULL)".replace(
    "%%", "%"
)

_MOVE_CURSORS = (
    "UPDATE event_log_cursor SET position = (SELECT coalesce(max(position), 0) FROM event_log_event)"
)
