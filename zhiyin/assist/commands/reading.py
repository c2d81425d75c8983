"""A customer wrote: what they wrote is read by machine, and the ticket shows how they sound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction

from zhiyin.assist.classifier import SURE_OF_TOPIC, Suggestion, suggest_categories
from zhiyin.assist.events import TicketRead
from zhiyin.assist.local.entities import Entity, entities_in
from zhiyin.assist.local.language import Language, language_of_text
from zhiyin.assist.local.mood import Risk, risks_in
from zhiyin.assist.models import MOODS, Correction, Reading
from zhiyin.assist.moods.reading import ReadMood, moods_of
from zhiyin.assist.queries.conversation import Words, words_of_customers
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit_all
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.hearing_mood import hear_mood, hear_moods
from zhiyin.tickets.models import Ticket

LAST_SCORES = 12
LAST_READ = 6  # messages of a ticket
_COLUMNS = [one.name for one in Reading._meta.concrete_fields if not one.primary_key]


class NoSuchMood(DomainError):
    code = "assist.no_such_mood"
    status = 422
    messages = {
        "zh": "没有名为“{mood}”的情绪，可选：angry、anxious、neutral、pleased。",
        "en": "There is no mood {mood}; choose angry, anxious, neutral or pleased.",
    }


@dataclass(frozen=True)
class Heard:
    """A customer wrote a message on a ticket; without its number, the last there is."""

    ticket_id: int
    message_id: int | None
    at: datetime


@dataclass(frozen=True)
class Understood:
    """What the texts of a ticket say: of each message heard of how it sounds and its language, and of all together."""

    moods: Sequence[ReadMood]
    languages: Sequence[Language]
    topic: Suggestion
    risks: Sequence[Risk]
    entities: Sequence[Entity]


@transaction.atomic(savepoint=False)
def read_tickets(*, heard: Sequence[Heard]) -> None:
    """Read what customers wrote, message by message; the queries are the same however many there are.

    What they wrote is read and understood first, so that the tickets are locked for no longer than it takes to write.
    Passed over are those where they wrote nothing, that are gone, and aliases.
    """
    told: dict[int, list[Heard]] = defaultdict(list)
    for one in heard:
        told[one.ticket_id].append(one)
    found = _understand(words_of_customers(told, most=LAST_READ), told)
    tickets = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=found, merged_into=None)
    locked = {ticket.pk: ticket for ticket in tickets.order_by("pk")}
    known = Reading.objects.in_bulk(list(locked))
    readings = []
    for ticket_id, ticket in locked.items():
        reading = known.get(ticket_id) or Reading(ticket=ticket)
        _note(reading, found[ticket_id])
        reading.read_at = told[ticket_id][-1].at
        readings.append(reading)
    if not readings:
        return
    Reading.objects.bulk_create(
        readings, update_conflicts=True, unique_fields=["ticket"], update_fields=_COLUMNS
    )
    hear_moods([(locked[one.pk], one.mood, one.read_at) for one in readings], by=None)
    emit_all(TicketRead(ticket_id=one.pk, risks=one.risks, at=one.read_at) for one in readings)


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
    reading.mood_version = ""
    reading.save()
    hear_mood(ticket, mood, by=by, now=now)
    return reading


def _first_words(words: Words) -> str:
    return f"{words.subject}\n{words.said[0].text}"


def _texts_heard(words: Words, heard: Sequence[Heard]) -> list[str]:
    """What the messages say, in the order they were written; the first one of a ticket with its subject.

    The last word counts: where all that was heard of now is older than what was read before, that is read again.
    """
    ids, said = {one.message_id for one in heard}, words.said
    read = [one for one in said if one.message_id in ids]
    if not read or (read[-1] is not said[-1] and said[-1].message_id < read[-1].message_id):
        read.append(said[-1])
    return [_first_words(words) if one is said[0] and len(said) < LAST_READ else one.text for one in read]


def _understand(words: Mapping[int, Words], told: Mapping[int, Sequence[Heard]]) -> dict[int, Understood]:
    """What it is about is told by the beginning; what is named and threatened with, by all of it."""
    if not words:
        return {}
    topics = suggest_categories([_first_words(one) for one in words.values()])
    heard = {ticket_id: _texts_heard(one, told[ticket_id]) for ticket_id, one in words.items()}
    read = iter(moods_of([text for texts in heard.values() for text in texts]))
    found = {}
    for (ticket_id, one), topic in zip(words.items(), topics, strict=True):
        everything = " ".join(said.text for said in one.said)
        texts = heard[ticket_id]
        found[ticket_id] = Understood(
            moods=list(islice(read, len(texts))),
            languages=[language_of_text(text) for text in texts],
            topic=topic,
            risks=risks_in(everything),
            entities=entities_in(everything[:3000]),
        )
    return found


def _note(reading: Reading, found: Understood) -> None:
    mood, topic = found.moods[-1].mood, found.topic
    reading.mood_version = found.moods[-1].version
    reading.mood, reading.mood_score, reading.mood_confidence = mood.mood, mood.score, mood.confidence
    reading.mood_words, reading.mood_by = list(mood.words), None
    reading.scores = [*reading.scores, *(one.mood.score for one in found.moods)][-LAST_SCORES:]
    for language in found.languages:
        if language.code:
            reading.language, reading.language_confidence = language.code, language.confidence
    sure = topic.confidence >= SURE_OF_TOPIC
    reading.category_id = topic.category_id if sure else None
    reading.category_confidence = topic.confidence
    reading.category_words = list(topic.words) if sure else []
    reading.guesses = [list(one) for one in topic.guesses]
    reading.topic, reading.model, reading.version = topic.topic if sure else "", topic.model, topic.version
    reading.risks = [risk.kind for risk in found.risks]
    reading.risk_words = {risk.kind: risk.word for risk in found.risks}
    reading.entities = [{"kind": one.kind, "text": one.text} for one in found.entities]
