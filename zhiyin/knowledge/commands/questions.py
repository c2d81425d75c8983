"""Noting what people look for, so that gaps show: without personal data, and not for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhiyin.knowledge.models import AskedQuestion
from zhiyin.platform.ops.personal_data import mask

LONGEST = 300
SAME_WITHIN = timedelta(minutes=30)  # looked for and read: one visit
KEPT = timedelta(days=180)


def note_question(
    *,
    text: str,
    language: str,
    source: str,
    likeness: float,
    entry_id: int | None,
    now: datetime,
    voice: str = "",
) -> AskedQuestion | None:
    """Note that somebody looked for this, and what was found; the same again within a visit is noted once. `voice` tells
    visitors apart: what two of them ask is asked twice."""
    clean = mask(text).strip()[:LONGEST]
    if not clean:
        return None
    outcome = AskedQuestion.Outcome.SHOWN if entry_id else AskedQuestion.Outcome.NOTHING
    asked = _lately(clean, voice, now)
    if asked is None:
        asked = AskedQuestion.objects.create(
            text=clean,
            language=language,
            source=source,
            outcome=outcome,
            likeness=likeness,
            entry_id=entry_id,
            voice=voice,
            at=now,
        )
    return asked


def note_reading(*, text: str, entry_id: int, now: datetime, voice: str = "") -> None:
    """One of the entries that were found was opened."""
    asked = _lately(mask(text).strip()[:LONGEST], voice, now)
    if asked is not None:
        asked.outcome, asked.entry_id = AskedQuestion.Outcome.OPENED, entry_id
        asked.save(update_fields=["outcome", "entry"])


def note_opinion(*, text: str, helpful: bool, now: datetime, voice: str = "") -> None:
    """Who asked said whether what they were told helped."""
    asked = _lately(mask(text).strip()[:LONGEST], voice, now)
    if asked is not None:
        outcome = AskedQuestion.Outcome.HELPED if helpful else AskedQuestion.Outcome.UNHELPFUL
        asked.outcome = outcome
        asked.save(update_fields=["outcome"])


def note_asked_on(*, text: str, language: str, now: datetime, voice: str = "") -> None:
    """What was found did not do: they asked a person."""
    clean = mask(text).strip()[:LONGEST]
    asked = _lately(clean, voice, now) or AskedQuestion(
        text=clean, language=language, source=AskedQuestion.Source.HELP, voice=voice, at=now
    )
    asked.outcome = AskedQuestion.Outcome.ASKED_ON
    asked.save()


def forget_old_questions(*, now: datetime) -> int:
    """Forget what was asked long ago; returns how many."""
    count, _ = AskedQuestion.objects.filter(at__lt=now - KEPT).delete()
    return count


def _lately(text: str, voice: str, now: datetime) -> AskedQuestion | None:
    return (
        AskedQuestion.objects.filter(text=text, voice=voice, at__gt=now - SAME_WITHIN, at__lte=now)
        .order_by("-at", "-pk")
        .first()
    )
