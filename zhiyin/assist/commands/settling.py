"""What was decided on a question, done: under the lock of its ticket, and only where people have not come meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from zhiyin.assist.answering.finding import Candidate
from zhiyin.assist.answering.holding import Reason
from zhiyin.assist.answering.saying import words
from zhiyin.assist.answering.wording import Worded
from zhiyin.assist.commands.deciding import Decision, SwitchedOff
from zhiyin.assist.commands.turns import end_turns
from zhiyin.assist.events import LeftToPeople, QuestionAnswered
from zhiyin.assist.models import AnswerSettings, AutomaticAnswer, Holder, KeywordRule
from zhiyin.assist.queries.answering import Asking, has_newer, with_people
from zhiyin.assist.queries.dialogues import rules_had
from zhiyin.knowledge.commands.questions import note_question
from zhiyin.knowledge.models import AskedQuestion
from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.commands.answering import write_note
from zhiyin.tickets.commands.telling import answer_by_machine, tell_customer
from zhiyin.tickets.models import Message, Ticket

State = AutomaticAnswer.State
UNSURE: tuple[Reason, ...] = ("unsure", "nothing_found", "no_index", "failed", "language")
GAPS: tuple[Reason, ...] = ("unsure", "nothing_found", "none_fits")  # what authors could write an entry for


@transaction.atomic
def settle_answered(
    *, answer_id: int, candidate: Candidate, said: Worded, asking: Asking, now: datetime
) -> None:
    """Answer, or draft an answer where the channel is set so; people who came meanwhile are not talked over."""
    answer = lock_open(answer_id)
    if answer is None:
        return
    remember(answer, candidate)
    answer.use = said.use
    if leave_to_who_came(answer, now=now):
        return
    if asking.settings.mode == AnswerSettings.Mode.DRAFT:
        chance = round((candidate.chance or 0) * 100)
        told = {"chance": chance, "title": candidate.edition.title, "text": said.text}
        _draft(answer, words("draft", answer.language, **told), now=now)
        return
    if send(answer, said.text, asking=asking, candidate=candidate, now=now):
        _note(answer, candidate.chance or 0.0, now=now)


@transaction.atomic
def settle_by_rule(*, answer_id: int, decision: Decision, asking: Asking, now: datetime) -> None:
    """Answer what a keyword of the house asks for, or draft it; not where the customer has just had it elsewhere."""
    answer = lock_open(answer_id)
    rule, candidate = decision.rule, decision.candidate
    if answer is None or rule is None:
        return
    answer.way, answer.rule = AutomaticAnswer.Way.KEYWORD, rule
    if candidate is not None:
        remember(answer, candidate)
    if leave_to_who_came(answer, now=now):
        return
    if _has_had(rule, answer, now=now):
        leave(answer, "unsure", settings=asking.settings, now=now)
        return
    text = decision.text or (candidate.text if candidate is not None else "")
    if asking.settings.mode == AnswerSettings.Mode.DRAFT:
        _draft(answer, words("drafted", answer.language, word=decision.word, text=text), now=now)
        return
    send(answer, text, asking=asking, candidate=candidate, now=now)


@transaction.atomic
def settle_greeted(*, answer_id: int, settings: AnswerSettings, now: datetime) -> None:
    """Somebody said hello and nothing else: ask them for their question."""
    answer = lock_open(answer_id)
    if answer is None:
        return
    if settings.mode != AnswerSettings.Mode.ANSWER or with_people({answer.ticket_id}):
        leave(answer, "owned", settings=None, now=now)
        return
    _say(answer, "greeting", key=f"greeting:{answer.message_id}", now=now)
    settle(answer, State.GREETED, now=now)
    hold(answer.ticket_id, Holder.Who.MACHINE, now=now)


@transaction.atomic
def settle_left(
    *,
    answer_id: int,
    reason: Reason,
    settings: AnswerSettings | None,
    now: datetime,
    candidate: Candidate | None = None,
    switched_off: SwitchedOff | None = None,
) -> None:
    """Leave it to people, with one honest line where the channel is set so; authors hear what nobody had an answer to."""
    answer = lock_open(answer_id)
    if answer is None:
        return
    if candidate is not None:
        remember(answer, candidate)
    leave(answer, reason, settings=settings, switched_off=switched_off, now=now)


def hold(ticket_id: int, who: str, *, now: datetime, reason: str = "") -> None:
    """Note who has a conversation from now on."""
    Holder.objects.update_or_create(
        ticket_id=ticket_id, defaults={"who": who, "reason": reason, "since": now}
    )


def lock_open(answer_id: int) -> AutomaticAnswer | None:
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


def leave_to_who_came(answer: AutomaticAnswer, *, now: datetime) -> bool:
    """Whether people have the ticket by now: then nothing is said."""
    if not with_people({answer.ticket_id}):
        return False
    leave(answer, "owned", settings=None, now=now)
    return True


def leave(
    answer: AutomaticAnswer,
    reason: Reason,
    *,
    settings: AnswerSettings | None,
    now: datetime,
    text: str = "",
    switched_off: SwitchedOff | None = None,
) -> None:
    """A locked question is left to people: `text` is said to the customer, else one line where the channel is set so."""
    answer.reason = reason
    answer.category_id = switched_off.category_id if switched_off is not None else None
    settle(answer, State.LEFT, now=now)
    if reason in GAPS:
        _note(answer, answer.chance or 0.0, now=now)
    if settings is None or settings.mode != AnswerSettings.Mode.ANSWER:
        Holder.objects.filter(ticket=answer.ticket_id, who=Holder.Who.DECIDING).delete()
        return
    hold(answer.ticket_id, Holder.Who.PEOPLE, reason=reason, now=now)
    if text:
        tell(answer, text, kind="handed", key=f"done:{answer.message_id}", now=now)
    elif settings.says_unsure:
        kind = "unsure" if reason in UNSURE else "passed"
        _say(answer, kind, key=f"left:{answer.ticket_id}", now=now)
    emit(_left(answer, switched_off, now=now))


def send(
    answer: AutomaticAnswer, text: str, *, asking: Asking, candidate: Candidate | None, now: datetime
) -> bool:
    """Answer a locked question with these words, shown to be automatic, with the entry they are taken from, if any.

    False where there is no way back to the customer: then it is left to people.
    """
    edition = candidate.edition if candidate is not None else None
    sources = (
        [{"title": edition.title, "url": candidate.link, "entry_id": edition.entry_id}]
        if candidate and edition
        else []
    )
    message = answer_by_machine(
        ticket_id=answer.ticket_id,
        text=text if asking.channel_kind == "chat" else f"{text}\n\n{_foot(answer, candidate)}",
        key=f"answer:{answer.message_id}",
        version_ids=[edition.version_id] if edition is not None else [],
        sources=sources,
        now=now,
    )
    if message is None:
        leave(answer, "failed", settings=None, now=now)
        return False
    answer.answer = message
    settle(answer, State.ANSWERED, now=now)
    hold(answer.ticket_id, Holder.Who.MACHINE, now=now)
    emit(QuestionAnswered(ticket_id=answer.ticket_id, answer_id=answer.pk, at=now))
    return True


def settle(answer: AutomaticAnswer, state: str, *, now: datetime) -> None:
    """This, and what was written before it and decided on with it. Only what is asked back leaves something open."""
    answer.state, answer.decided_at = state, now
    answer.save()
    earlier = AutomaticAnswer.objects.filter(
        ticket=answer.ticket_id, state=State.DECIDING, message__lt=answer.message_id
    )
    earlier.update(state=State.OVERTAKEN)
    if state != State.ASKED:
        end_turns({answer.ticket_id}, now=now)


def tell(
    answer: AutomaticAnswer,
    text: str,
    *,
    kind: str,
    key: str,
    now: datetime,
    choices: Sequence[str] = (),
) -> Message | None:
    """Say something that answers nothing; None where there is no way back to the customer."""
    machine: dict[str, Any] = {"kind": kind} | ({"choices": list(choices)} if choices else {})
    return tell_customer(ticket_id=answer.ticket_id, text=text, key=key, by=None, machine=machine, now=now)


def remember(answer: AutomaticAnswer, candidate: Candidate) -> None:
    """Note what was found, and how likely it answers."""
    answer.chance, answer.fit, answer.uncorrected = candidate.chance, candidate.fit, candidate.uncorrected
    answer.entry_id, answer.version_id = candidate.edition.entry_id, candidate.edition.version_id


def _left(answer: AutomaticAnswer, off: SwitchedOff | None, *, now: datetime) -> LeftToPeople:
    if off is None:
        return LeftToPeople(ticket_id=answer.ticket_id, reason=answer.reason, at=now)
    return LeftToPeople(
        ticket_id=answer.ticket_id,
        reason=answer.reason,
        category_id=off.category_id,
        switched_category_id=off.by.category_id,
        switched_channel_id=off.by.channel_id,
        at=now,
    )


def _draft(answer: AutomaticAnswer, note: str, *, now: datetime) -> None:
    write_note(
        ticket_id=answer.ticket_id,
        text=note,
        file_ids=[],
        mentions=[],
        idempotency_key=f"draft:{answer.message_id}",
        by=None,
        now=now,
    )
    settle(answer, State.DRAFTED, now=now)


def _has_had(rule: KeywordRule, answer: AutomaticAnswer, *, now: datetime) -> bool:
    """Asked again under a lock of this rule and customer: they may write on two channels at once."""
    if rule.frequency == KeywordRule.Frequency.ALWAYS:
        return False
    customer_id = answer.ticket.customer_id
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"assist.keyword:{rule.pk}:{customer_id}"]
        )
    return bool(rules_had([rule], customer_id=customer_id, now=now))


def _say(answer: AutomaticAnswer, kind: str, *, key: str, now: datetime) -> None:
    tell(answer, words(kind, answer.language), kind=kind, key=key, now=now)


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


def _foot(answer: AutomaticAnswer, candidate: Candidate | None) -> str:
    """Where nothing but text is shown, the text says that a machine wrote it, and from what."""
    if candidate is None:
        return words("automatic", answer.language)
    return words("source", answer.language, title=candidate.edition.title)
