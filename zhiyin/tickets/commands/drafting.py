"""What somebody is writing, kept on the server so that a closed laptop loses nothing; shared where it should be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from zhiyin.channels.models import Channel
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.attaching import require_attachable
from zhiyin.tickets.events_writing import DraftShared, DraftTakenOver, DraftWithdrawn
from zhiyin.tickets.models import Draft, DraftEdit, DraftFile, Ticket


@dataclass(frozen=True, kw_only=True)
class DraftContent:
    """All of what is being written."""

    mode: str = Draft.Mode.REPLY
    text: str = ""
    html: str = ""
    channel_id: int | None = None
    to: str = ""
    cc: list[str] = field(default_factory=list)
    file_ids: list[int] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.file_ids


class DraftChangedMeanwhile(DomainError):
    code = "tickets.draft_changed"
    status = 409
    messages = {
        "zh": "这份草稿已在别处改动或被接手，请先看最新内容，再决定保留哪一份。",
        "en": "This draft was changed or taken over elsewhere; look at it as it is and choose which to keep.",
    }


class OwnDraftInTheWay(DomainError):
    code = "tickets.own_draft_in_the_way"
    status = 409
    messages = {
        "zh": "您在这张工单上已有自己的草稿，请先发送或清空它，再接手共享草稿。",
        "en": "You have a draft of your own here; send or empty it first, then take this one over.",
    }


@transaction.atomic
def save_draft(
    *, ticket_id: int, content: DraftContent, seen_version: int | None, by: Staff, now: datetime
) -> Draft | None:
    """Keep the person's draft; an empty one is dropped (None). `seen_version` is 0 where none was seen.

    Raises DraftChangedMeanwhile when the draft is another than the one seen.
    """
    ticket = Ticket.objects.visible_to(by, "tickets.reply").get(pk=ticket_id)
    draft, _ = Draft.objects.select_for_update(of=("self",)).get_or_create(
        ticket=ticket, staff=by, mode=content.mode, defaults={"text": "", "version": 0, "updated_at": now}
    )
    if seen_version is not None and draft.version != seen_version:
        raise DraftChangedMeanwhile(version=draft.version)
    if content.is_empty:
        drop(draft, by=by, now=now)
        return None
    require_attachable(content.file_ids, ticket=ticket, by=by)
    _write(draft, content, now)
    if draft.is_shared:
        _note_edit(draft, by=by, now=now)
    return draft


@transaction.atomic
def delete_draft(*, ticket_id: int, mode: str, by: Staff, now: datetime) -> None:
    """Drop the person's draft on this ticket."""
    ticket = Ticket.objects.visible_to(by, "tickets.reply").get(pk=ticket_id)
    draft = Draft.objects.select_for_update().filter(ticket=ticket, staff=by, mode=mode).first()
    if draft is not None:
        drop(draft, by=by, now=now)


@transaction.atomic
def share_draft(*, ticket_id: int, draft_id: int, by: Staff, now: datetime) -> Draft:
    """Show one's draft to colleagues, who may take it over."""
    draft = _locked(ticket_id, draft_id, by, staff=by)
    if not draft.is_shared:
        draft.shared_at, draft.version = now, draft.version + 1
        draft.save(update_fields=["shared_at", "version"])
        _note_edit(draft, by=by, now=now)
        emit(DraftShared(ticket_id=ticket_id, draft_id=draft.pk, by_id=by.pk, at=now))
    return draft


@transaction.atomic
def withdraw_draft(*, ticket_id: int, draft_id: int, by: Staff, now: datetime) -> Draft:
    """Keep one's shared draft to oneself again."""
    draft = _locked(ticket_id, draft_id, by, staff=by)
    if draft.is_shared:
        draft.shared_at, draft.version = None, draft.version + 1
        draft.save(update_fields=["shared_at", "version"])
        draft.edits.all().delete()
        emit(DraftWithdrawn(ticket_id=ticket_id, draft_id=draft.pk, by_id=by.pk, at=now))
    return draft


@transaction.atomic
def take_over_draft(
    *, ticket_id: int, draft_id: int, seen_version: int | None, by: Staff, now: datetime
) -> Draft:
    """Go on with a draft that a colleague shared, as it was seen.

    Raises DraftChangedMeanwhile when it went on since, OwnDraftInTheWay when there is one of one's own.
    """
    draft = _locked(ticket_id, draft_id, by, shared_at__isnull=False)
    if seen_version is not None and draft.version != seen_version:
        raise DraftChangedMeanwhile(version=draft.version)
    if draft.staff_id == by.pk:
        return draft
    if Draft.objects.filter(ticket_id=ticket_id, staff=by, mode=draft.mode).exists():
        raise OwnDraftInTheWay
    was, draft.staff = draft.staff_id, by
    draft.version, draft.updated_at = draft.version + 1, now
    draft.save(update_fields=["staff", "version", "updated_at"])
    _note_edit(draft, by=by, now=now)
    emit(DraftTakenOver(ticket_id=ticket_id, draft_id=draft.pk, from_id=was, by_id=by.pk, at=now))
    return draft


def drop(draft: Draft, *, by: Staff, now: datetime) -> None:
    """Delete a locked draft; of a shared one it is told."""
    told = DraftWithdrawn(ticket_id=draft.ticket_id, draft_id=draft.pk, by_id=by.pk, at=now)
    was_shared = draft.is_shared
    draft.delete()
    if was_shared:
        emit(told)


def _locked(ticket_id: int, draft_id: int, by: Staff, **fits: object) -> Draft:
    ticket = Ticket.objects.visible_to(by, "tickets.reply").get(pk=ticket_id)
    return Draft.objects.select_for_update().get(ticket=ticket, pk=draft_id, **fits)


def _write(draft: Draft, content: DraftContent, now: datetime) -> None:
    draft.text, draft.html, draft.to, draft.cc = content.text, content.html, content.to, content.cc
    draft.channel = Channel.objects.filter(pk=content.channel_id).first() if content.channel_id else None
    draft.version, draft.updated_at = draft.version + 1, now
    draft.save()
    kept = list(draft.files.order_by("pk").values_list("file_id", flat=True))
    if kept != content.file_ids:
        draft.files.all().delete()
        DraftFile.objects.bulk_create(DraftFile(draft=draft, file_id=pk) for pk in content.file_ids)


def _note_edit(draft: Draft, *, by: Staff, now: datetime) -> None:
    """The history of a shared draft: one line for as long as the same person works on it."""
    last = draft.edits.order_by("-pk").first()
    if last is not None and last.staff_id == by.pk:
        last.at, last.text = now, draft.text
        last.save(update_fields=["at", "text"])
    else:
        DraftEdit.objects.create(draft=draft, staff=by, began_at=now, at=now, text=draft.text)
