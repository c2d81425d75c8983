"""What was decided on a question, done: under the lock of its ticket, and only where people have not come meanwhile."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.assist.answering.finding import Candidate
from zhiyin.assist.answering.holding import Reason
from zhiyin.assist.answering.saying import words
from zhiyin.assist.answering.wording import Worded
from zhiyin.assist.events import LeftToPeople, QuestionAnswered
from zhiyin.assist.models import AnswerSettings, AutomaticAnswer, Holder
from zhiyin.assist.queries.answering import Asking, has_newer, with_people
from zhiyin.knowledge.commands.questions import note_question
from zhiyin.knowledge.models import AskedQuestion
from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.commands.answering import write_note
from zhiyin.tickets.commands.telling import answer_by_machine, tell_customer
from zhiyin.tickets.models import Ticket

State = AutomaticAnswer.State
UNSURE: tuple[Reason, ...] = ("unsure", "nothing_found", "no_index", "failed", "language")
GAPS: tuple[Reason, ...] = ("unsure", "nothing_found")  # what authors could write an entry for


@transaction.atomic
def settle_answered(
    *, answer_id: int, candidate: Candidate, said: Worded, asking: Asking, now: datetime
) -> None:
    """Answer, or draft an answer where the channel is set so; people who came meanwhile are not talked over."""
    answer = _lock(answer_id)
    if answer is None:
        return
    _remember(answer, candidate)
    answer.use = said.use
    if with_people({answer.ticket_id}):
        _leave(answer, "owned", settings=None, now=now)
        return
    if asking.settings.mode == AnswerSettings.Mode.DRAFT:
        _draft(answer, candidate, said.text, now=now)
        return
    edition = candidate.edition
    message = answer_by_machine(
        ticket_id=answer.ticket_id,
        text=said.text if asking.channel_kind == "chat" else f"{said.text}\n\n{_foot(answer, candidate)}",
        key=f"answer:{answer.message_id}",
        version_ids=[edition.version_id],
        sources=[{"title": edition.title, "url": candidate.link, "entry_id": edition.entry_id}],
        now=now,
    )
    if message is None:  # there is no way back to them
        _leave(answer, "failed", settings=None, now=now)
        return
    answer.answer = message
    _settle(answer, State.ANSWERED, now=now)
    hold(answer.ticket_id, Holder.Who.MACHINE, now=now)
    _note(answer, candidate.chance, now=now)
    emit(QuestionAnswered(ticket_id=answer.ticket_id, answer_id=answer.pk, at=now))


@transaction.atomic
def settle_greeted(*, answer_id: int, settings: AnswerSettings, now: datetime) -> None:
    """Somebody said hello and nothing else: ask them for their question."""
    answer = _lock(answer_id)
    if answer is None:
        return
    if settings.mode != AnswerSettings.Mode.ANSWER or with_people({answer.ticket_id}):
        _leave(answer, "owned", settings=None, now=now)
        return
    _say(answer, "greeting", key=f"greeting:{answer.message_id}", now=now)
    _settle(answer, State.GREETED, now=now)
    hold(answer.ticket_id, Holder.Who.MACHINE, now=now)


@transaction.atomic
def settle_left(
    *,
    answer_id: int,
    reason: Reason,
    settings: AnswerSettings | None,
    now: datetime,
    candidate: Candidate | None = None,
) -> None:
    """Leave it to people, with one honest line where the channel is set so; authors hear what nobody had an answer to."""
    answer = _lock(answer_id)
    if answer is None:
        return
    if candidate is not None:
        _remember(answer, candidate)
    _leave(answer, reason, settings=settings, now=now)


def hold(ticket_id: int, who: str, *, now: datetime, reason: str = "") -> None:
    """Note who has a conversation from now on."""
    Holder.objects.update_or_create(
        ticket_id=ticket_id, defaults={"who": who, "reason": reason, "since": now}
    )


def _lock(answer_id: int) -> AutomaticAnswer | None:
    """The question and its ticket, locked, if it still is to be decided on and the customer has not written on."""
    ticket_id = AutomaticAnswer.objects.values_list("ticket_id", flat=True).filter(pk=answer_id).first()
    if ticket_id is None:
        return None
    Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id)
    answer = AutomaticAnswer.objects.select_for_update(of=("self",)).get(pk=answer_id)
    if answer.state != State.DECIDING:
        return None
    if has_newer(answer):
        answer.state = State.OVERTAKEN
        answer.save(update_fields=["state"])
        return None
    return answer


def _leave(
    answer: AutomaticAnswer, reason: Reason, *, settings: AnswerSettings | None, now: datetime
) -> None:
    answer.reason = reason
    _settle(answer, State.LEFT, now=now)
    if reason in GAPS:
        _note(answer, answer.chance or 0.0, now=now)
    if settings is None or settings.mode != AnswerSettings.Mode.ANSWER:
        Holder.objects.filter(ticket=answer.ticket_id).delete()
        return
    hold(answer.ticket_id, Holder.Who.PEOPLE, reason=reason, now=now)
    if settings.says_unsure:
        kind = "unsure" if reason in UNSURE else "passed"
        _say(answer, kind, key=f"left:{answer.ticket_id}", now=now)
    emit(LeftToPeople(ticket_id=answer.ticket_id, reason=reason, at=now))


def _draft(answer: AutomaticAnswer, candidate: Candidate, text: str, *, now: datetime) -> None:
    chance = round(candidate.chance * 100)
    note = words("draft", answer.language, chance=chance, title=candidate.edition.title, text=text)
    write_note(
        ticket_id=answer.ticket_id,
        text=note,
        file_ids=[],
        mentions=[],
        idempotency_key=f"draft:{answer.message_id}",
        by=None,
        now=now,
    )
    _settle(answer, State.DRAFTED, now=now)


def _settle(answer: AutomaticAnswer, state: str, *, now: datetime) -> None:
    """This, and what was written before it and decided on with it."""
    answer.state, answer.decided_at = state, now
    answer.save()
    earlier = AutomaticAnswer.objects.filter(
        ticket=answer.ticket_id, state=State.DECIDING, message__lt=answer.message_id
    )
    earlier.update(state=State.OVERTAKEN)


def _say(answer: AutomaticAnswer, kind: str, *, key: str, now: datetime) -> None:
    tell_customer(
        ticket_id=answer.ticket_id,
        text=words(kind, answer.language),
        key=key,
        by=None,
        machine={"kind": kind},
        now=now,
    )


def _remember(answer: AutomaticAnswer, candidate: Candidate) -> None:
    answer.chance = candidate.chance
    answer.entry_id, answer.version_id = candidate.edition.entry_id, candidate.edition.version_id


def _note(answer: AutomaticAnswer, likeness: float, *, now: datetime) -> None:
    """The question joins what is looked for; without an entry where none answered."""
    note_question(
        text=answer.question,
        language=answer.language,
        source=AskedQuestion.Source.BOT,
        likeness=likeness,
        entry_id=answer.entry_id if answer.state == State.ANSWERED else None,
        voice=answer.voice,
        now=now,
    )


def _foot(answer: AutomaticAnswer, candidate: Candidate) -> str:
    """Where nothing but text is shown, the text says that a machine wrote it, and from what."""
    return words("source", answer.language, title=candidate.edition.title)
