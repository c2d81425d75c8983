"""What a machine has asked back ends, and what the customer had said by then is not lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from zhiyin.assist.answering.dialogues import Content, summary_of
from zhiyin.assist.answering.saying import words
from zhiyin.assist.models import Turn
from zhiyin.tickets.commands.answering import write_note

SILENT_TIMER = "assist.turn_silent"


def end_turns(ticket_ids: Collection[int], *, now: datetime) -> None:
    """Nothing is waited for on these tickets any more; what a dialogue had been told becomes a note for whoever goes on.

    One query where nothing was asked back.
    """
    for turn in Turn.objects.filter(ticket__in=ticket_ids):
        end_turn(turn, is_whole=False, now=now)


def end_turn(turn: Turn, *, is_whole: bool, now: datetime, refused: Sequence[str] = ()) -> None:
    """The same of one, which may have all it asked for; `refused` names what could not be put into the ticket."""
    Turn.objects.filter(pk=turn.pk).delete()
    if turn.kind != Turn.Kind.DIALOGUE or not (is_whole or turn.filled):
        return
    language = turn.language
    lines = summary_of(Content.model_validate(turn.content), turn.filled, language)
    text = words(
        "form_note",
        language,
        name=turn.name,
        state=words("form_whole" if is_whole else "form_left", language),
        lines="\n".join(f"{name} {value}" for name, value in lines),
    )
    if refused:
        text += "\n" + words("not_filled", language, what=", ".join(refused))
    write_note(
        ticket_id=turn.ticket_id,
        text=text.strip(),
        file_ids=[],
        mentions=[],
        idempotency_key=f"form:{turn.ticket_id}:{turn.began_at.isoformat()}",
        by=None,
        now=now,
    )
