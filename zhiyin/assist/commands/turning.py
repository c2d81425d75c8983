"""Asking back: which entry is meant, and what a dialogue needs, one thing at a time.

Each step is done under the lock of the ticket, in the transaction that says what comes next: a killed worker's is taken up
again, and nothing is asked or filled in twice. People who came meanwhile are not talked over.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from zhiyin.assist.answering.branching import asked_among
from zhiyin.assist.answering.choosing import NONE_OF_THEM, numbered, picked
from zhiyin.assist.answering.dialogues import Content, Course, Step, begin, go_on
from zhiyin.assist.answering.finding import Candidate, named_answer
from zhiyin.assist.answering.holding import reason_to_step_back
from zhiyin.assist.answering.saying import words
from zhiyin.assist.commands.deciding import Around, asker_of, case_of
from zhiyin.assist.commands.settling import (
    hold,
    leave,
    leave_to_who_came,
    lock_open,
    remember,
    send,
    settle,
    settle_left,
    tell,
)
from zhiyin.assist.commands.turns import SILENT_TIMER, end_turn
from zhiyin.assist.models import AutomaticAnswer, Dialogue, Holder, Turn
from zhiyin.assist.queries.answering import Asking
from zhiyin.knowledge.commands.questions import note_question
from zhiyin.knowledge.models import AskedQuestion
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.timers.timers import set_timer
from zhiyin.tickets.commands.macro_actions import perform_each
from zhiyin.tickets.models import CustomField

# how long an answer to what was asked back is waited for before people go on
PATIENCE_IN_CHAT, PATIENCE_ELSEWHERE = timedelta(minutes=30), timedelta(days=1)
State, Way = AutomaticAnswer.State, AutomaticAnswer.Way


@transaction.atomic
def ask_which(*, answer_id: int, candidate: Candidate, language: str, asking: Asking, now: datetime) -> None:
    """Ask which of the entries that lie close together is meant."""
    answer = lock_open(answer_id)
    if answer is None:
        return
    remember(answer, candidate)
    answer.way, answer.language = Way.CHOICE, language
    if leave_to_who_came(answer, now=now):
        return
    titles = [one.title for one in candidate.close]
    turn = Turn(
        ticket_id=answer.ticket_id,
        kind=Turn.Kind.CHOICE,
        language=language,
        choices=[[one.entry_id, one.title] for one in candidate.close],
        began_at=now,
    )
    text = words("which", language, choices=numbered(titles))
    _ask(answer, turn, text, titles, asking=asking, now=now)


@transaction.atomic
def begin_dialogue(
    *, answer_id: int, dialogue: Dialogue, question: str, language: str, asking: Asking, now: datetime
) -> None:
    """Begin to ask for what a dialogue needs; what the question names already is not asked for."""
    answer = lock_open(answer_id)
    if answer is None:
        return
    answer.way, answer.dialogue = Way.DIALOGUE, dialogue
    if leave_to_who_came(answer, now=now):
        return
    turn = Turn(
        ticket_id=answer.ticket_id,
        kind=Turn.Kind.DIALOGUE,
        language=language,
        dialogue=dialogue,
        name=dialogue.name,
        content=dialogue.content,
        began_at=now,
    )
    step = begin(Content.model_validate(turn.content), question, language=language, today=today_at(now))
    _take(answer, turn, step, asking=asking, now=now)


def go_on_from(
    turn: Turn, answer_id: int, said: str, asking: Asking, around: Around, *, now: datetime
) -> bool:
    """Take what the customer wrote as the answer to what was asked; False where it is another question, to be decided on anew."""
    case = case_of(said, around, most_answers=asking.settings.most_answers)
    urgent = reason_to_step_back(case)
    if urgent is not None:
        settle_left(answer_id=answer_id, reason=urgent, settings=asking.settings, now=now)
        return True
    if turn.kind == Turn.Kind.DIALOGUE:
        _step(answer_id, said, asking=asking, now=now)
        return True
    place = picked(said, [title for _, title in turn.choices])
    if place is None:
        return False
    if place == NONE_OF_THEM:
        _leave_unpicked(answer_id, asking=asking, now=now)
    else:
        _answer_picked(answer_id, turn, turn.choices[place][0], asking=asking, now=now)
    return True


def today_at(now: datetime) -> date:
    """The day it is at the company's place."""
    return now.astimezone(ZoneInfo(company_or_blank().timezone)).date()


@transaction.atomic
def _answer_picked(answer_id: int, turn: Turn, entry_id: int, *, asking: Asking, now: datetime) -> None:
    """The question was the one asked first: that is what the answer and what is said of it count for."""
    answer = lock_open(answer_id)
    if answer is None:
        return
    _count_for_first(answer, turn.language)
    if leave_to_who_came(answer, now=now):
        return
    asker = asker_of(asking, turn.language)
    candidate = named_answer(entry_id, asker, now=now, question=answer.question)
    if candidate is None:  # not published any more
        leave(answer, "nothing_found", settings=asking.settings, now=now)
        return
    remember(answer, candidate)
    if send(answer, candidate.text, asking=asking, candidate=candidate, now=now):
        note_question(
            text=answer.question,
            language=answer.language,
            source=AskedQuestion.Source.BOT,
            likeness=1.0,  # the customer says so
            entry_id=entry_id,
            voice=answer.voice,
            now=now,
        )


@transaction.atomic
def _leave_unpicked(answer_id: int, *, asking: Asking, now: datetime) -> None:
    answer = lock_open(answer_id)
    if answer is None:
        return
    _count_for_first(answer, answer.language)
    leave(answer, "none_fits", settings=asking.settings, now=now)


def _count_for_first(answer: AutomaticAnswer, language: str) -> None:
    asked = AutomaticAnswer.objects.filter(
        ticket=answer.ticket_id, state=State.ASKED, way=Way.CHOICE, message__lt=answer.message_id
    ).latest("message")
    answer.way, answer.question, answer.language = Way.CHOICE, asked.question, language


@transaction.atomic
def _step(answer_id: int, said: str, *, asking: Asking, now: datetime) -> None:
    answer = lock_open(answer_id)
    if answer is None:
        return
    turn = Turn.objects.filter(ticket=answer.ticket_id, kind=Turn.Kind.DIALOGUE).first()
    if turn is None:  # people came, and left again
        leave(answer, "owned", settings=None, now=now)
        return
    answer.way, answer.dialogue_id, answer.language = Way.DIALOGUE, turn.dialogue_id, turn.language
    if leave_to_who_came(answer, now=now):
        return
    course = Course(filled=turn.filled, tries=turn.tries)
    content = Content.model_validate(turn.content)
    step = go_on(content, course, said, language=turn.language, today=today_at(now))
    _take(answer, turn, step, asking=asking, now=now)


def _take(answer: AutomaticAnswer, turn: Turn, step: Step, *, asking: Asking, now: datetime) -> None:
    """Do what the dialogue says comes next, on a locked ticket."""
    turn.filled, turn.tries = dict(step.course.filled), step.course.tries
    answer.language = turn.language
    if step.what == "ask":
        _ask(answer, turn, step.text, step.choices, asking=asking, now=now)
    elif step.what == "done":
        _finish(answer, turn, asking=asking, now=now)
    elif step.what == "given_up":
        leave(answer, "gave_up", settings=asking.settings, now=now)
    else:
        end_turn(turn, is_whole=False, now=now)
        text = words("cancelled", turn.language)
        tell(answer, text, kind="asked", key=f"asked:{answer.message_id}", now=now)
        settle(answer, State.ASKED, now=now)
        hold(answer.ticket_id, Holder.Who.MACHINE, now=now)


def _ask(
    answer: AutomaticAnswer,
    turn: Turn,
    text: str,
    choices: list[str] | tuple[str, ...],
    *,
    asking: Asking,
    now: datetime,
) -> None:
    if asking.channel_kind != "chat":
        text += "\n\n" + words("automatic", turn.language)
    key = f"asked:{answer.message_id}"
    if tell(answer, text, kind="asked", key=key, choices=choices, now=now) is None:
        leave(answer, "failed", settings=None, now=now)
        return
    for older in Turn.objects.filter(ticket=answer.ticket_id).exclude(began_at=turn.began_at):
        end_turn(older, is_whole=False, now=now)
    turn.asked_at = now
    turn.save()
    patience = PATIENCE_IN_CHAT if asking.channel_kind == "chat" else PATIENCE_ELSEWHERE
    set_timer(kind=SILENT_TIMER, key=str(answer.ticket_id), due_at=now + patience)
    settle(answer, State.ASKED, now=now)
    hold(answer.ticket_id, Holder.Who.MACHINE, now=now)


def _finish(answer: AutomaticAnswer, turn: Turn, *, asking: Asking, now: datetime) -> None:
    """All is there: into the ticket with it, a note for colleagues, and the customer hears how it goes on."""
    content = Content.model_validate(turn.content)
    refused = _fill_in(turn, content, now=now)
    end_turn(turn, is_whole=True, refused=refused, now=now)
    text = content.ending.text(turn.language)
    if content.ending.hands_over:
        text = text or words("form_done", turn.language)
        leave(answer, "form_done", settings=asking.settings, text=text, now=now)
    else:
        send(answer, text, asking=asking, candidate=None, now=now)


def _fill_in(turn: Turn, content: Content, *, now: datetime) -> list[str]:
    """Put what was said into the ticket, each thing for itself; returns what it would not take."""
    wanted: list[tuple[str, dict[str, Any]]] = []
    if content.ending.category_id is not None:
        wanted.append(("category", {"category_id": content.ending.category_id}))
    into = [one.field for one in content.slots if one.field]
    kinds = dict(CustomField.objects.filter(key__in=into).values_list("key", "kind"))
    for slot in asked_among(content.slots, turn.filled):
        value = turn.filled.get(slot.key)
        if slot.field and value is not None:
            is_text = kinds.get(slot.field) in ("text", "long_text")
            told = slot.shown(value, turn.language) if is_text else value
            wanted.append((slot.key, {"fields": {slot.field: told}}))
    refused = []
    for name, actions in wanted:
        key = f"form:{turn.ticket_id}:{turn.began_at.isoformat()}:{name}"
        if perform_each(ticket_id=turn.ticket_id, actions=actions, key=key, now=now):
            refused.append(name)
    return refused
