"""What stands beside a ticket, and what people made of it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import File, Status, UploadedFile

from zhiyin.assist.api.router import router
from zhiyin.assist.asking import ask, who_does_what
from zhiyin.assist.commands.proposing import draft_from_solved_cases
from zhiyin.assist.commands.rating import rate_use
from zhiyin.assist.commands.reading import correct_mood
from zhiyin.assist.local.mood import trend_of
from zhiyin.assist.models import Reading, Use
from zhiyin.assist.provider import Asked
from zhiyin.assist.queries.conversation import conversation_of
from zhiyin.assist.shapes import (
    AskBody,
    AssistPage,
    KnowledgeDraftBody,
    KnowledgeDraftShape,
    MoodBody,
    ReadingShape,
    SpeechShape,
    UseOutcomeBody,
    UseShape,
)
from zhiyin.people.access import Signed, needs
from zhiyin.platform.files.files import FileTooLarge
from zhiyin.platform.http.errors import language_of
from zhiyin.tickets.models import Category, Ticket

MOST_SOUND = 25 * 2**20


@router.get("/tickets/{int:ticket_id}/assist", response=AssistPage, auth=needs("tickets.read"))
def get_assist(request: Signed, ticket_id: int) -> Any:
    """What is known of what the customer wrote, and what can be asked for."""
    ticket = Ticket.objects.visible_to(request.auth).get(pk=ticket_id)
    reading = Reading.objects.filter(ticket=ticket).select_related("mood_by").first()
    return {
        "reading": _reading(reading) if reading is not None else None,
        "tasks": who_does_what(now=timezone.now()),
    }


@router.put("/tickets/{int:ticket_id}/assist/mood", response=ReadingShape, auth=needs("tickets.edit"))
def put_mood(request: Signed, ticket_id: int, body: MoodBody) -> Any:
    """Say how the customer really sounds."""
    reading = correct_mood(ticket_id=ticket_id, mood=body.mood, by=request.auth, now=timezone.now())
    return _reading(reading)


@router.post("/tickets/{int:ticket_id}/assist/uses", response={201: UseShape}, auth=needs("tickets.read"))
def post_use(request: Signed, ticket_id: int, body: AskBody) -> Any:
    """Ask for a summary, a draft, similar tickets and the like; kept with who found it."""
    tickets = Ticket.objects.visible_to(request.auth).select_related("customer")
    ticket = tickets.get(pk=ticket_id)
    asked = Asked(
        task=body.task,
        by=request.auth,
        now=timezone.now(),
        ticket=ticket,
        said=conversation_of(ticket),
        text=body.text,
        into=body.into or language_of(request),
    )
    return Status(201, use_shape(ask(asked)))


@router.put("/assist/uses/{int:use_id}/outcome", response=UseShape, auth=needs("tickets.read"))
def put_outcome(request: Signed, use_id: int, body: UseOutcomeBody) -> Any:
    """Say what became of one's own finding: used, edited or dismissed."""
    return use_shape(rate_use(use_id=use_id, outcome=body.outcome, by=request.auth, now=timezone.now()))


@router.post("/assist/speech", response={201: SpeechShape}, auth=needs("tickets.reply"))
def post_speech(request: Signed, file: File[UploadedFile]) -> Any:
    """What is said in a recording."""
    if (file.size or 0) > MOST_SOUND:
        raise FileTooLarge(limit_mb=MOST_SOUND // 2**20)
    asked = Asked(task="speech", by=request.auth, now=timezone.now(), sound=file.read())
    use = ask(asked)
    return Status(201, {"id": use.pk, "text": use.text, "provider": use.provider, "model": use.model})


@router.post("/assist/knowledge-drafts", response={201: KnowledgeDraftShape}, auth=needs("knowledge.write"))
def post_knowledge_draft(request: Signed, body: KnowledgeDraftBody) -> Any:
    """A draft of an entry from what solved cases were answered; it goes through review like any other."""
    made = draft_from_solved_cases(**body.dict(), by=request.auth, now=timezone.now())
    use = use_shape(made.use) | {"outcome": Use.Outcome.USED}
    return Status(201, {"version_id": made.version.pk, "entry_id": made.version.edition.entry_id, "use": use})


def use_shape(use: Use) -> dict[str, Any]:
    names = (
        "id",
        "task",
        "provider",
        "model",
        "version",
        "confidence",
        "fell_back",
        "milliseconds",
        "outcome",
    )
    values = use.finding.get("values", {})
    return {name: getattr(use, name) for name in names} | {
        "text": use.text,
        "evidence": use.finding.get("evidence", []),
        "remarks": values.get("remarks", []),
    }


def _reading(reading: Reading) -> dict[str, Any]:
    ids = [pk for pk, _ in reading.guesses] + [reading.category_id]
    paths = dict(Category.objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "path"))
    shares = dict(map(tuple, reading.guesses))
    guesses = [{"id": pk, "path": paths[pk], "share": share} for pk, share in reading.guesses if pk in paths]
    first = reading.category_id
    same = (
        "mood", "mood_confidence", "mood_version", "scores", "language", "language_confidence", "entities",
        "category_confidence", "model", "version", "read_at",
    )  # fmt: skip
    return {name: getattr(reading, name) for name in same} | {
        "mood_evidence": reading.mood_words,
        "mood_by": reading.mood_by.name if reading.mood_by is not None else "",
        "trend": trend_of(reading.scores),
        "risks": [{"kind": kind, "word": reading.risk_words.get(kind, "")} for kind in reading.risks],
        "category": {"id": first, "path": paths[first], "share": shares.get(first, 0)}
        if first in paths
        else None,
        "category_evidence": reading.category_words,
        "guesses": guesses,
    }
