"""What the event log tells of a ticket, as the moments that clocks hear of. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from zhiyin.sla.clocks import Moment

# facts of a status → the status
_STATUSES = {
    "tickets.reopened": "open",
    "tickets.set_pending": "pending",
    "tickets.put_on_hold": "on_hold",
    "tickets.resolved": "solved",
    "tickets.closed": "closed",
    "tickets.solved_by_customer": "solved",
}
_PAIRS = {  # what the second takes back, the first has not done
    "tickets.marked_as_spam": "tickets.unmarked_as_spam",
    "tickets.merged": "tickets.unmerged",
}
MACHINE = 0  # who answers that is nobody of the staff
HEARD = (
    "tickets.opened",
    "tickets.customer_wrote",
    "tickets.reply_written",
    "tickets.reply_undone",
    "tickets.answered_from_knowledge",
    "tickets.moved",
    "tickets.split",
    *_STATUSES,
    *_PAIRS,
    *_PAIRS.values(),
)


class Told(NamedTuple):
    """One fact of the log; `at` in microseconds."""

    type: str
    payload: Mapping[str, Any]
    at: int


class Held(NamedTuple):
    """A time for which clocks pause for a cause."""

    cause: str
    since: int
    until: int | None


def moments_of(
    ticket_id: int, told: Iterable[Told], *, group_id: int | None, held: Iterable[Held] = ()
) -> list[Moment]:
    """The ticket's history, in order of time; `group_id` is the group it is in now.

    An answer that was taken back was never given. A ticket merged into another, or marked as spam, is over, unless
    that was undone.
    """
    facts = _without_what_was_undone(ticket_id, list(told))
    found = [moment for fact in facts for moment in _moments(ticket_id, fact)]
    first = next((fact.payload["from_group_id"] for fact in facts if fact.type == "tickets.moved"), group_id)
    if found:
        found.insert(0, Moment(found[0].at, "group", first))
    for one in held:
        found.append(Moment(one.since, "pause", one.cause))
        if one.until is not None:
            found.append(Moment(one.until, "resume", one.cause))
    return sorted(found, key=lambda moment: moment.at)


def _without_what_was_undone(ticket_id: int, facts: list[Told]) -> list[Told]:
    undone = {fact.payload["message_id"] for fact in facts if fact.type == "tickets.reply_undone"}
    kept: list[Told] = []
    for fact in facts:
        if fact.type == "tickets.reply_written" and fact.payload["message_id"] in undone:
            continue
        if fact.type in _PAIRS.values():
            for place in reversed(range(len(kept))):
                if _PAIRS.get(kept[place].type) == fact.type and _ends(ticket_id, kept[place]):
                    del kept[place]
                    break
            continue
        kept.append(fact)
    return kept


def _ends(ticket_id: int, fact: Told) -> bool:
    return fact.type == "tickets.marked_as_spam" or fact.payload.get("merged_id") == ticket_id


def _moments(ticket_id: int, fact: Told) -> list[Moment]:
    kind, at = fact.type, fact.at
    if kind == "tickets.customer_wrote":
        return [] if fact.payload.get("automatic") else [Moment(at, "customer")]
    if kind == "tickets.reply_written":
        return [Moment(at, "reply", fact.payload["by_id"])]
    if kind == "tickets.answered_from_knowledge":  # what people took from there is in their reply
        return [Moment(at, "reply", MACHINE)] if fact.payload["by_id"] is None else []
    if kind in _STATUSES:
        return [Moment(at, "status", _STATUSES[kind])]
    if kind == "tickets.opened":
        return [Moment(at, "opened")]
    if kind == "tickets.moved":
        return [Moment(at, "group", fact.payload["to_group_id"])]
    if kind == "tickets.split":
        return [Moment(at, "customer")] if fact.payload["into_id"] == ticket_id else []
    return [Moment(at, "over")] if _ends(ticket_id, fact) else []
