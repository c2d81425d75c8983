"""Answering by itself: a customer's words are looked at, answered when that is sure, and otherwise left to people.

A question is decided on by an outside effect, so that a killed worker takes it up again, and what is written within
moments is decided on together. Words are sent under the key of the message they answer: once, however often the effect is
carried out. Who has the conversation is looked at again under the lock of the ticket, in the transaction that sends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from zhiyin.assist.answering.persons import asks_for_person
from zhiyin.assist.answering.saying import is_greeting
from zhiyin.assist.answering.wording import Worded, worded
from zhiyin.assist.commands.deciding import Around, Decision, decision_on, language_of
from zhiyin.assist.commands.leaving import leave_when_asked
from zhiyin.assist.commands.reading import Heard
from zhiyin.assist.commands.settling import settle_answered, settle_by_rule, settle_greeted, settle_left
from zhiyin.assist.commands.turning import ask_which, begin_dialogue, go_on_from
from zhiyin.assist.models import AutomaticAnswer, Holder
from zhiyin.assist.queries.answering import Asking, askings, circumstances, open_question
from zhiyin.assist.queries.dialogues import dialogues_begun, open_turn, was_asked_which
from zhiyin.platform.ledger.ledger import record_effects
from zhiyin.platform.ops.personal_data import mask

EFFECT = "assist.answer"
GATHER = timedelta(seconds=1)  # what is written within it is decided on together
State = AutomaticAnswer.State


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
    turn = open_turn(answer.ticket_id) if asking.settings.mode == "answer" else None
    around = _around(answer)
    if turn is not None and go_on_from(turn, answer_id, question, asking, around, now=now):
        return
    if turn is None and is_greeting(question):
        settle_greeted(answer_id=answer_id, settings=asking.settings, now=now)
        return
    decision = decision_on(question, asking, around, now=now)
    _carry_out(decision, answer, question, asking, now=now)


def _carry_out(
    decision: Decision, answer: AutomaticAnswer, question: str, asking: Asking, *, now: datetime
) -> None:
    candidate = decision.candidate
    told: dict[str, Any] = {"answer_id": answer.pk, "asking": asking, "now": now}
    if decision.dialogue is not None:
        begin_dialogue(dialogue=decision.dialogue, question=question, language=decision.language, **told)
    elif decision.rule is not None:
        settle_by_rule(decision=decision, **told)
    elif decision.is_unclear and candidate is not None:
        ask_which(candidate=candidate, language=decision.language, **told)
    elif decision.reason is not None or candidate is None:
        settle_left(
            answer_id=answer.pk,
            reason=decision.reason or "nothing_found",
            settings=asking.settings,
            candidate=candidate,
            switched_off=decision.switched_off,
            now=now,
        )
    else:
        said = Worded(candidate.text)
        if asking.settings.words_by_endpoint:
            said = worded(question, candidate, ticket=answer.ticket, language=decision.language, now=now)
        settle_answered(candidate=candidate, said=said, **told)


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
    ticket = answer.ticket
    around = Around(
        files=files,
        answers=answers,
        customer_id=ticket.customer_id,
        category_id=ticket.category_id,
        was_asked_which=was_asked_which(ticket.pk),
        begun=dialogues_begun(ticket.pk),
    )
    if reading is None:
        return around
    return replace(around, mood=reading.mood, risks=reading.risks, topic=reading.topic)
