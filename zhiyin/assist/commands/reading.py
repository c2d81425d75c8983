"""A customer wrote: what they wrote is read by machine, and the ticket shows how they sound."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.assist.classifier import suggest_category
from zhiyin.assist.events import TicketRead
from zhiyin.assist.local.entities import entities_in
from zhiyin.assist.local.language import language_of_text
from zhiyin.assist.local.mood import mood_of, risks_in
from zhiyin.assist.models import MOODS, Correction, Reading
from zhiyin.assist.queries.conversation import customers_words
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.hearing_mood import hear_mood
from zhiyin.tickets.models import Ticket

LAST_SCORES = 12
_SURE_OF_TOPIC = 0.35  # below, an unsure guess says less than none


class NoSuchMood(DomainError):
    code = "assist.no_such_mood"
    status = 422
    messages = {
        "zh": "没有名为“{mood}”的情绪，可选：angry、anxious、neutral、pleased。",
        "en": "There is no mood {mood}; choose angry, anxious, neutral or pleased.",
    }


@transaction.atomic
def read_ticket(*, ticket_id: int, now: datetime) -> Reading | None:
    """Read what the customer wrote last; None where they wrote nothing, or the ticket is gone or an alias."""
    ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id, merged_into=None).first()
    said = customers_words(ticket) if ticket is not None else []
    if ticket is None or not said:
        return None
    reading = Reading.objects.filter(ticket=ticket).first() or Reading(ticket=ticket)
    _hear(reading, f"{ticket.subject}\n{said[-1].text}" if len(said) == 1 else said[-1].text)
    _understand(reading, f"{ticket.subject}\n{said[0].text}", " ".join(one.text for one in said))
    reading.read_at = now
    reading.save()
    hear_mood(ticket, reading.mood, by=None, now=now)
    emit(TicketRead(ticket_id=ticket.pk, risks=reading.risks, at=now))
    return reading


@transaction.atomic
def correct_mood(*, ticket_id: int, mood: str, by: Staff, now: datetime) -> Reading:
    """Say how the customer really sounds; it holds until they write again. Raises NoSuchMood."""
    tickets = Ticket.objects.visible_to(by, "tickets.edit").select_for_update(of=("self",))
    ticket = tickets.get(pk=ticket_id)
    if mood not in MOODS:
        raise NoSuchMood(mood=mood)
    reading = Reading.objects.filter(ticket=ticket).first() or Reading(ticket=ticket, read_at=now)
    if reading.mood == mood:
        return reading
    Correction.objects.create(ticket=ticket, what="mood", was=reading.mood, is_now=mood, by=by, at=now)
    reading.mood, reading.mood_by, reading.mood_confidence, reading.mood_words = mood, by, 1.0, []
    reading.save()
    hear_mood(ticket, mood, by=by, now=now)
    return reading


def _hear(reading: Reading, text: str) -> None:
    mood, language = mood_of(text), language_of_text(text)
    reading.mood, reading.mood_score, reading.mood_confidence = mood.mood, mood.score, mood.confidence
    reading.mood_words, reading.mood_by = list(mood.words), None
    reading.scores = [*reading.scores, mood.score][-LAST_SCORES:]
    if language.code:
        reading.language, reading.language_confidence = language.code, language.confidence


def _understand(reading: Reading, first: str, everything: str) -> None:
    """What it is about is told by the beginning; what is named and threatened with, by all of it."""
    found = suggest_category(first)
    sure = found.confidence >= _SURE_OF_TOPIC
    reading.category_id = found.category_id if sure else None
    reading.category_confidence = found.confidence
    reading.category_words = list(found.words) if sure else []
    reading.guesses = [list(one) for one in found.guesses]
    reading.topic, reading.model, reading.version = found.topic if sure else "", found.model, found.version
    risks = risks_in(everything)
    reading.risks = [risk.kind for risk in risks]
    reading.risk_words = {risk.kind: risk.word for risk in risks}
    reading.entities = [{"kind": one.kind, "text": one.text} for one in entities_in(everything[:3000])]
