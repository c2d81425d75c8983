"""The reasons that ship, most personal first: what one reason has told, a later one need not tell again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from zhiyin.notifications.reasons import Reason, Words
from zhiyin.notifications.registry import declare
from zhiyin.people.models import Membership
from zhiyin.tickets.events import (
    CustomerWrote,
    NoteWritten,
    ReplySettled,
    ReplyWritten,
    TicketAssigned,
    TicketClosed,
    TicketMoved,
    TicketOpened,
    TicketReopened,
    TicketResolved,
)
from zhiyin.tickets.events_around import FollowerAdded, ReminderDue, TicketWoken
from zhiyin.tickets.events_writing import ReplyTakenOver
from zhiyin.tickets.models import Follower, Mention, Message, Ticket


def _assignee(fact: Any, ticket: Ticket) -> Iterable[int | None]:
    return [ticket.assignee_id]


def _members(group_id: int | None) -> Iterable[int]:
    return Membership.objects.of_groups([group_id]) if group_id is not None else []


def _groups_of_unassigned(told: Sequence[tuple[Any, Ticket]]) -> list[list[int]]:
    groups = [
        ticket.group_id if ticket.assignee_id is None and ticket.is_active else None for _, ticket in told
    ]
    members: dict[int | None, list[int]] = {}
    if asked := set(groups) - {None}:
        rows = Membership.objects.filter(group__in=asked).order_by("staff_id")
        for group_id, staff_id in rows.values_list("group_id", "staff_id"):
            members.setdefault(group_id, []).append(staff_id)
    return [members.get(group_id, []) for group_id in groups]


def _followers(fact: Any, ticket: Ticket) -> Iterable[int]:
    return _all_followers([(fact, ticket)])[0]


def _all_followers(told: Sequence[tuple[Any, Ticket]]) -> list[list[int]]:
    asked = {ticket.pk for fact, ticket in told if not getattr(fact, "automatic", False)}
    following: dict[int, list[int]] = {}
    if asked:
        rows = Follower.objects.filter(ticket__in=asked).values_list("ticket_id", "staff_id")
        for ticket_id, staff_id in rows:
            following.setdefault(ticket_id, []).append(staff_id)
    return [
        following.get(ticket.pk, []) if not getattr(fact, "automatic", False) else [] for fact, ticket in told
    ]


def _woken(fact: TicketWoken, ticket: Ticket) -> Iterable[int | None]:
    """Whoever has it, or else its followers, when its time has come; who else woke it has told of that already."""
    if fact.reason != "time":
        return []
    return [ticket.assignee_id] if ticket.assignee_id is not None else _followers(fact, ticket)


def _made_follower(fact: FollowerAdded, ticket: Ticket) -> Iterable[int]:
    """Whom a note named is told of the note."""
    named = Mention.objects.filter(ticket=ticket, staff=fact.staff_id, at=fact.at).exists()
    return [] if named else [fact.staff_id]


def _new_group(fact: TicketMoved, ticket: Ticket) -> Iterable[int]:
    """The group's members, unless one of them has the ticket already."""
    members = list(_members(fact.to_group_id))
    return [] if ticket.assignee_id in members else members


def _who_answered(fact: ReplySettled, ticket: Ticket) -> Iterable[int | None]:
    """Whoever wrote the answer, and who has the ticket now."""
    if fact.state not in ("bounced", "failed"):
        return []
    wrote = Message.objects.filter(pk=fact.message_id).values_list("staff_id", flat=True)
    return [*wrote, ticket.assignee_id]


REMINDER_DUE = declare(
    Reason(
        code="reminder_due",
        name=Words("我设的提醒到了", "A reminder of mine is due"),
        facts=(ReminderDue,),
        hears=lambda fact, ticket: [fact.staff_id],
        one=Words("你设的提醒到了", "Your reminder is due"),
        more=Words("你设的 {count} 个提醒到了", "{count} reminders of yours are due"),
        mass=Words("你在 {count} 张工单上设的提醒到了", "Your reminders on {count} tickets are due"),
        ways=("app", "push"),
        urgency="high",
        pierces_mute=True,
    )
)
MENTIONED = declare(
    Reason(
        code="mentioned",
        name=Words("有人在备注中提及我", "Somebody mentions me in a note"),
        facts=(NoteWritten,),
        hears=lambda fact, ticket: fact.mentions,
        one=Words("{who} 在备注中提到了你", "{who} mentioned you in a note"),
        more=Words("{who} 在 {count} 条备注中提到了你", "{who} mentioned you in {count} notes"),
        mass=Words("{who} 在 {count} 张工单上提到了你", "{who} mentioned you on {count} tickets"),
        ways=("app", "mail", "push"),
        urgency="high",
        pierces_mute=True,
    )
)
ASSIGNED = declare(
    Reason(
        code="assigned",
        name=Words("工单派给我", "A ticket is assigned to me"),
        facts=(TicketAssigned,),
        hears=lambda fact, ticket: [fact.to_id],
        one=Words("{who} 把这张工单派给了你", "{who} assigned this ticket to you"),
        more=Words(
            "{who} 把这张工单派给了你（{count} 次）", "{who} assigned this ticket to you ({count} times)"
        ),
        mass=Words("{who} 把 {count} 张工单派给了你", "{who} assigned {count} tickets to you"),
        ways=("app", "mail", "push"),
        urgency="high",
        pierces_mute=True,
    )
)
REOPENED = declare(
    Reason(
        code="reopened",
        name=Words("我负责的工单重新打开", "A ticket of mine is open again"),
        facts=(TicketReopened,),
        hears=_assignee,
        one=Words("这张工单重新打开了", "This ticket is open again"),
        more=Words("这张工单重新打开了 {count} 次", "This ticket was opened again {count} times"),
        mass=Words("你负责的 {count} 张工单重新打开了", "{count} tickets of yours are open again"),
        ways=("app", "push"),
        moot_after=(TicketResolved, TicketClosed),
    )
)
CUSTOMER_WROTE = declare(
    Reason(
        code="customer_wrote",
        name=Words("客户在我的工单上来信", "The customer writes on a ticket of mine"),
        facts=(CustomerWrote,),
        hears=lambda fact, ticket: [] if fact.automatic else [ticket.assignee_id],
        one=Words("{who} 发来 1 条消息", "{who} wrote a message"),
        more=Words("{who} 发来 {count} 条消息", "{who} wrote {count} messages"),
        mass=Words("客户在 {count} 张工单上发来消息", "Customers wrote on {count} tickets of yours"),
        ways=("app", "push"),
        from_customer=True,
        covered_by=("reopened",),
    )
)
DELIVERY_FAILED = declare(
    Reason(
        code="delivery_failed",
        name=Words("我的回复未能送达", "An answer of mine was not delivered"),
        facts=(ReplySettled,),
        hears=_who_answered,
        one=Words("有 1 条回复未能送达客户", "An answer did not reach the customer"),
        more=Words("有 {count} 条回复未能送达客户", "{count} answers did not reach the customer"),
        mass=Words(
            "{count} 张工单的回复未能送达客户", "Answers on {count} tickets did not reach the customers"
        ),
        ways=("app", "mail", "push"),
        urgency="high",
    )
)
MOVED = declare(
    Reason(
        code="moved",
        name=Words("工单转到我的小组", "A ticket is moved to a group of mine"),
        facts=(TicketMoved,),
        hears=_new_group,
        one=Words("{who} 把这张工单转到了你的小组", "{who} moved this ticket to your group"),
        more=Words(
            "{who} 把这张工单转到了你的小组（{count} 次）",
            "{who} moved this ticket to your group ({count} times)",
        ),
        mass=Words("{who} 把 {count} 张工单转到了你的小组", "{who} moved {count} tickets to your group"),
        urgency="low",
        moot_after=(TicketAssigned, TicketMoved, TicketResolved, TicketClosed),
    )
)
NEW_UNASSIGNED = declare(
    Reason(
        code="new_unassigned",
        name=Words("我的小组有待分配的新工单", "A new ticket in a group of mine is unassigned"),
        facts=(TicketOpened,),
        hears_many=_groups_of_unassigned,
        one=Words("你的小组有 1 张新工单待分配", "A new ticket waits in your group"),
        more=Words("你的小组有 1 张新工单待分配", "A new ticket waits in your group"),
        mass=Words("你的小组有 {count} 张新工单待分配", "{count} new tickets wait in your group"),
        urgency="low",
        moot_after=(TicketAssigned, TicketMoved, TicketResolved, TicketClosed),
    )
)
SHARED = declare(
    Reason(
        code="shared",
        name=Words("同事让我关注一张工单", "A colleague makes me a follower of a ticket"),
        facts=(FollowerAdded,),
        hears=_made_follower,
        one=Words("{who} 请你关注这张工单", "{who} made you a follower of this ticket"),
        more=Words("{who} 请你关注这张工单", "{who} made you a follower of this ticket"),
        mass=Words("{who} 请你关注 {count} 张工单", "{who} made you a follower of {count} tickets"),
        ways=("app", "mail"),
    )
)
WOKEN = declare(
    Reason(
        code="woken",
        name=Words("稍后处理的工单回来了", "A snoozed ticket is back"),
        facts=(TicketWoken,),
        hears=_woken,
        one=Words("稍后处理的工单回来了", "This snoozed ticket is back"),
        more=Words("稍后处理的工单回来了（{count} 次）", "This snoozed ticket came back {count} times"),
        mass=Words("{count} 张稍后处理的工单回来了", "{count} snoozed tickets are back"),
        ways=("app", "push"),
        moot_after=(TicketResolved, TicketClosed),
    )
)
TAKEN_OVER = declare(
    Reason(
        code="taken_over",
        name=Words("同事接手了我正在写的回复", "A colleague takes over an answer I was writing"),
        facts=(ReplyTakenOver,),
        hears=lambda fact, ticket: [fact.from_id],
        one=Words("{who} 接手回复这张工单", "{who} took over answering this ticket"),
        more=Words(
            "{who} 接手回复这张工单（{count} 次）", "{who} took over answering this ticket ({count} times)"
        ),
        mass=Words("{who} 接手了 {count} 张工单的回复", "{who} took over answering {count} tickets"),
    )
)
FOLLOWED = declare(
    Reason(
        code="followed",
        name=Words("我关注的工单有新消息", "Something new on a ticket I follow"),
        facts=(CustomerWrote, ReplyWritten, NoteWritten),
        hears_many=_all_followers,
        one=Words("你关注的工单有 1 条新消息", "A new message on a ticket you follow"),
        more=Words("你关注的工单有 {count} 条新消息", "{count} new messages on a ticket you follow"),
        mass=Words("你关注的工单共有 {count} 条新消息", "{count} new messages on tickets you follow"),
        covered_by=("mentioned", "reopened", "customer_wrote"),
    )
)
