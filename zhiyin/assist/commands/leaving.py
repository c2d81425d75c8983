"""People are asked for, or come by themselves; and what customers say of automatic answers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from zhiyin.assist.answering.saying import words
from zhiyin.assist.commands.settling import hold
from zhiyin.assist.commands.turns import end_turns
from zhiyin.assist.events import AnswerSourceOpened, AutomaticAnswerRated, LeftToPeople
from zhiyin.assist.models import AutomaticAnswer, Holder, Turn
from zhiyin.assist.queries.answering import with_people
from zhiyin.knowledge.commands.questions import note_asked_on, note_opinion
from zhiyin.knowledge.commands.voicing import give_feedback
from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.commands.by_customer import solve_by_customer
from zhiyin.tickets.commands.telling import let_wait_again, tell_customer
from zhiyin.tickets.models import Ticket

State = AutomaticAnswer.State
Who = Holder.Who


@transaction.atomic
def leave_when_asked(*, answer_id: int, now: datetime) -> None:
    """The customer asked for a person: they get one, with everything written here."""
    answer = AutomaticAnswer.objects.get(pk=answer_id)
    Ticket.objects.select_for_update(of=("self",)).get(pk=answer.ticket_id)
    answer.state, answer.reason, answer.decided_at = State.LEFT, "asked_for_person", now
    answer.save(update_fields=["state", "reason", "decided_at"])
    earlier = AutomaticAnswer.objects.filter(ticket=answer.ticket_id, state=State.DECIDING)
    earlier.filter(message__lt=answer.message_id).update(state=State.OVERTAKEN)
    _hand_over(answer, "asked_for_person", key=f"handed:{answer.message_id}", now=now)


@transaction.atomic
def hear_feedback(*, delivery_id: int, helpful: bool, now: datetime) -> None:
    """The customer said whether an answer helped: solved where it did, left to people where it did not."""
    known = AutomaticAnswer.objects.filter(answer__delivery=delivery_id).first()
    if known is None:
        return
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=known.ticket_id)
    answer = AutomaticAnswer.objects.select_for_update(of=("self",)).get(pk=known.pk)
    if answer.helped is not None:
        return
    answer.helped, answer.helped_at = helpful, now
    answer.save(update_fields=["helped", "helped_at"])
    note_opinion(text=answer.question, helpful=helpful, voice=answer.voice, now=now)
    if answer.version_id is not None:
        give_feedback(version_id=answer.version_id, helpful=helpful, comment="", voice=answer.voice, now=now)
    emit(AutomaticAnswerRated(ticket_id=ticket.pk, answer_id=answer.pk, helpful=helpful, at=now))
    if with_people({ticket.pk}):
        return
    if helpful:
        solve_by_customer(ticket_id=ticket.pk, customer_id=ticket.customer_id, now=now)
    else:
        _hand_over(answer, "unhelpful", key=f"unhelpful:{answer.message_id}", now=now)


@transaction.atomic
def note_source_opened(*, delivery_id: int, now: datetime) -> None:
    """The customer opened what an answer was taken from; those who take over see that."""
    answer = (
        AutomaticAnswer.objects.select_for_update(of=("self",)).filter(answer__delivery=delivery_id).first()
    )
    if answer is None or answer.source_opened_at is not None:
        return
    answer.source_opened_at = now
    answer.save(update_fields=["source_opened_at"])
    emit(AnswerSourceOpened(ticket_id=answer.ticket_id, answer_id=answer.pk, at=now))


@transaction.atomic
def note_people_came(*, ticket_ids: Collection[int], now: datetime) -> None:
    """Somebody of the staff took these tickets or answered them: they are theirs, and no machine's."""
    end_turns(ticket_ids, now=now)
    held = Holder.objects.filter(ticket__in=ticket_ids).exclude(who=Who.PEOPLE)
    if held.update(who=Who.PEOPLE, reason="owned", since=now):
        AutomaticAnswer.objects.filter(ticket__in=ticket_ids, state=State.ANSWERED, people_at=None).update(
            people_at=now
        )


@transaction.atomic
def leave_when_silent(*, ticket_id: int, now: datetime) -> None:
    """Nobody answered what was asked back: people go on from what is there, so that nobody waits for nothing."""
    Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id)
    if not Turn.objects.filter(ticket=ticket_id).exists():
        return
    if AutomaticAnswer.objects.filter(ticket=ticket_id, state=State.DECIDING).exists():
        return  # they have just written
    end_turns({ticket_id}, now=now)
    if with_people({ticket_id}):
        return
    hold(ticket_id, Who.PEOPLE, reason="went_silent", now=now)
    let_wait_again(ticket_id=ticket_id, now=now)
    emit(LeftToPeople(ticket_id=ticket_id, reason="went_silent", at=now))


@transaction.atomic
def note_over(*, ticket_ids: Collection[int]) -> None:
    """These cases are over: what comes next is a new question, unless they wanted people."""
    Turn.objects.filter(ticket__in=ticket_ids).delete()
    over = Holder.objects.filter(ticket__in=ticket_ids)
    over.exclude(reason__in=("asked_for_person", "unhelpful", "owned")).delete()


def _hand_over(answer: AutomaticAnswer, reason: str, *, key: str, now: datetime) -> None:
    hold(answer.ticket_id, Who.PEOPLE, reason=reason, now=now)
    end_turns({answer.ticket_id}, now=now)
    last = _end_containment(answer.ticket_id, now=now)
    if last is not None and last.helped is None:
        note_asked_on(text=last.question, language=last.language, voice=last.voice, now=now)
    let_wait_again(ticket_id=answer.ticket_id, now=now)
    text = words("handed", answer.language)
    tell_customer(
        ticket_id=answer.ticket_id, text=text, key=key, by=None, machine={"kind": "handed"}, now=now
    )
    emit(LeftToPeople(ticket_id=answer.ticket_id, reason=reason, at=now))


def _end_containment(ticket_id: int, *, now: datetime) -> AutomaticAnswer | None:
    """The answers of this conversation did not do by themselves; returns the last of them."""
    answered = AutomaticAnswer.objects.filter(ticket=ticket_id, state=State.ANSWERED)
    answered.filter(people_at=None).update(people_at=now)
    return answered.order_by("-message").first()
