"""Answering by itself: a customer's words are looked at, answered when that is sure, and otherwise left to people.

A question is decided on by an outside effect, so that a killed worker takes it up again, and what is written within
moments is decided on together. Words are sent under the key of the message they answer: once, however often the effect is
carried out. Who has the conversation is looked at again under the lock of the ticket, in the transaction that sends.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.assist.answering.finding import Asker, Candidate, best_answer
from zhiyin.assist.answering.holding import Case, Reason, reason_to_hold
from zhiyin.assist.answering.persons import asks_for_person
from zhiyin.assist.answering.saying import is_greeting
from zhiyin.assist.answering.sureness import languages
from zhiyin.assist.answering.wording import Worded, worded
from zhiyin.assist.commands.leaving import leave_when_asked
from zhiyin.assist.commands.reading import Heard
from zhiyin.assist.commands.settling import settle_answered, settle_greeted, settle_left
from zhiyin.assist.local.entities import entities_in
from zhiyin.assist.local.language import language_of_text
from zhiyin.assist.local.mood import mood_of, risks_in
from zhiyin.assist.models import AutomaticAnswer, Holder
from zhiyin.assist.queries.answering import Asking, askings, circumstances, open_question
from zhiyin.knowledge.search.finding import IndexNotReady
from zhiyin.platform.ledger.ledger import record_effects
from zhiyin.platform.ops.personal_data import mask

EFFECT = "assist.answer"
GATHER = timedelta(seconds=1)  # what is written within it is decided on together
_SURE_OF_LANGUAGE = 0.5
State = AutomaticAnswer.State

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a machine would do with a question: answer with the candidate, or leave it to people for a reason."""

    language: str
    reason: Reason | None
    candidate: Candidate | None = None


@dataclass(frozen=True, kw_only=True)
class Around:
    """What is known of the conversation a question stands in."""

    mood: str = ""
    risks: Collection[str] = ()
    topic: str = ""
    files: int = 0
    answers: int = 0


@transaction.atomic(savepoint=False)
def begin_deciding(*, heard: Sequence[Heard]) -> None:
    """Note what customers wrote where a machine may answer, to be decided on in a moment; who asks for a person gets one.

    Passed over is what people have already. The queries are the same however many were heard, unless they ask for people.
    """
    found = askings([one.message_id for one in heard if one.message_id is not None])
    if not found:
        return
    AutomaticAnswer.objects.bulk_create([_row(one) for one in found], ignore_conflicts=True)
    rows = AutomaticAnswer.objects.filter(message__in=[one.message_id for one in found], state=State.DECIDING)
    texts = {one.message_id: one.text for one in found}
    deciding = []
    for row in rows.order_by("message"):
        if asks_for_person(texts[row.message_id]):
            leave_when_asked(answer_id=row.pk, now=row.asked_at)
        else:
            deciding.append(row)
    _hold([row for row in deciding if row.channel_id in _answering(found)])
    record_effects(
        kind=EFFECT,
        owed={f"answer:{row.message_id}": {"answer_id": row.pk} for row in deciding},
        not_before={f"answer:{row.message_id}": row.asked_at + GATHER for row in deciding},
    )


def decide(*, answer_id: int, now: datetime) -> None:
    """Decide on a question and do what was decided; what is decided already stays as it is."""
    answer = AutomaticAnswer.objects.select_related("ticket__customer").filter(pk=answer_id).first()
    if answer is None or answer.state != State.DECIDING:
        return
    found = askings([answer.message_id])
    if not found:  # switched off meanwhile, or people have it
        settle_left(answer_id=answer_id, reason="owned", settings=None, now=now)
        return
    asking, question = found[0], open_question(answer)
    if is_greeting(question):
        settle_greeted(answer_id=answer_id, settings=asking.settings, now=now)
        return
    decision = decision_on(question, asking, _around(answer), now=now)
    if decision.reason is not None or decision.candidate is None:
        settle_left(
            answer_id=answer_id,
            reason=decision.reason or "nothing_found",
            settings=asking.settings,
            candidate=decision.candidate,
            now=now,
        )
        return
    said = Worded(decision.candidate.text)
    if asking.settings.words_by_endpoint:
        said = worded(question, decision.candidate, ticket=answer.ticket, language=decision.language, now=now)
    settle_answered(answer_id=answer_id, candidate=decision.candidate, said=said, asking=asking, now=now)


def decision_on(question: str, asking: Asking, around: Around, *, now: datetime) -> Decision:
    """What would be done with a question; nothing is changed by it."""
    language = language_of(question, asking.locale)
    held = reason_to_hold(_case(question, around, most_answers=asking.settings.most_answers))
    if held is not None:
        return Decision(language=language, reason=held)
    if language not in languages():
        return Decision(language=language, reason="language")
    asker = Asker(language=language, is_signed_in=asking.is_signed_in)
    try:
        candidate = best_answer(question, asker, now=now)
    except IndexNotReady:
        log.warning("knowledge index not ready: a question is left to people")
        return Decision(language=language, reason="no_index")
    if candidate is None:
        return Decision(language=language, reason="nothing_found")
    is_sure = candidate.chance >= asking.settings.threshold
    return Decision(language=language, reason=None if is_sure else "unsure", candidate=candidate)


def language_of(text: str, locale: str) -> str:
    """What the text is in; where that does not tell, what the customer's page is in."""
    found = language_of_text(text)
    if found.code and found.confidence >= _SURE_OF_LANGUAGE:
        return found.code
    return locale[:2] or found.code


def _row(asking: Asking) -> AutomaticAnswer:
    return AutomaticAnswer(
        message_id=asking.message_id,
        ticket_id=asking.ticket_id,
        channel_id=asking.channel_id,
        question=mask(asking.text),
        language=language_of(asking.text, asking.locale),
        asked_at=asking.at,
    )


def _answering(found: Sequence[Asking]) -> set[int]:
    """Channels on which customers are answered, not only answers drafted."""
    return {one.channel_id for one in found if one.settings.mode == "answer"}


def _hold(rows: Sequence[AutomaticAnswer]) -> None:
    """The machine has these conversations while it decides."""
    last = {row.ticket_id: row for row in rows}
    Holder.objects.bulk_create(
        (Holder(ticket_id=pk, who=Holder.Who.DECIDING, since=row.asked_at) for pk, row in last.items()),
        update_conflicts=True,
        unique_fields=["ticket"],
        update_fields=["who", "reason", "since"],
    )


def _around(answer: AutomaticAnswer) -> Around:
    reading, files, answers = circumstances(answer.ticket_id, answer.message_id)
    if reading is None:
        return Around(files=files, answers=answers)
    return Around(mood=reading.mood, risks=reading.risks, topic=reading.topic, files=files, answers=answers)


def _case(question: str, around: Around, *, most_answers: int) -> Case:
    """The text is read here too: what was read of the ticket may be a message behind."""
    mood = "angry" if "angry" in (around.mood, mood_of(question).mood) else around.mood
    return Case(
        text=question,
        mood=mood,
        risks={*around.risks, *(one.kind for one in risks_in(question))},
        topic=around.topic,
        entities={one.kind for one in entities_in(question)},
        files=around.files,
        answers=around.answers,
        most_answers=most_answers,
    )
