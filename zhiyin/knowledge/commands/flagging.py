"""An entry is wrong: somebody says so, its owner is told, and a corrected version or a reason is the answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.knowledge.commands.locking import lock_entry
from zhiyin.knowledge.events import EntryFlagged, FlagSettled
from zhiyin.knowledge.models import Flag, Version
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError


class WhatIsWrong(DomainError):
    code = "knowledge.what_is_wrong"
    status = 422
    messages = {
        "zh": "请写一句哪里不对，负责人才能改。",
        "en": "Say in a sentence what is wrong, so that the owner can mend it.",
    }


class AlreadySettled(DomainError):
    code = "knowledge.already_settled"
    status = 409
    messages = {"zh": "这条反馈已经有结论了。", "en": "This report was settled already."}


@transaction.atomic
def flag_version(
    *, version_id: int, reason: str, note: str, ticket_id: int | None, by: Staff, now: datetime
) -> Flag:
    """Say that a published or former version is wrong; saying it again adds to what one said. Raises WhatIsWrong."""
    if not note.strip():
        raise WhatIsWrong
    version = Version.objects.select_related("edition").get(pk=version_id, published_at__isnull=False)
    entry = lock_entry(version.edition.entry_id, by=by)
    flag, made = Flag.objects.get_or_create(
        version=version,
        by=by,
        state=Flag.State.OPEN,
        defaults={"entry": entry, "reason": reason, "note": note.strip(), "ticket_id": ticket_id, "at": now},
    )
    if not made:
        flag.reason, flag.note, flag.ticket_id = reason, note.strip(), ticket_id or flag.ticket_id
        flag.save(update_fields=["reason", "note", "ticket_id"])
        return flag
    emit(
        EntryFlagged(
            entry_id=entry.pk,
            version_id=version.pk,
            flag_id=flag.pk,
            by_id=by.pk,
            owner_id=entry.owner_id,
            ticket_id=ticket_id,
            at=now,
        )
    )
    return flag


@transaction.atomic
def dismiss_flag(*, flag_id: int, answer: str, by: Staff, now: datetime) -> Flag:
    """Say why nothing is wrong. Raises WhatIsWrong without a reason, AlreadySettled."""
    if not answer.strip():
        raise WhatIsWrong
    entry_id = Flag.objects.values_list("entry_id", flat=True).get(pk=flag_id)
    lock_entry(entry_id, by=by)
    flag = Flag.objects.get(pk=flag_id)
    if flag.state != Flag.State.OPEN:
        raise AlreadySettled
    _settle(flag, Flag.State.DISMISSED, by_id=by.pk, now=now, answer=answer.strip())
    return flag


def settle_by_version(version: Version, *, by_id: int, now: datetime) -> None:
    """The flags that a version answers are settled with its publication."""
    flags = Flag.objects.filter(
        pk__in=version.settles, entry=version.edition.entry_id, state=Flag.State.OPEN
    ).order_by("pk")
    for flag in flags:
        flag.corrected_by = version
        _settle(flag, Flag.State.CORRECTED, by_id=by_id, now=now, answer=version.change_note)


def _settle(flag: Flag, state: str, *, by_id: int, now: datetime, answer: str) -> None:
    flag.state, flag.settled_by_id, flag.settled_at, flag.answer = state, by_id, now, answer
    flag.save(update_fields=["state", "settled_by", "settled_at", "answer", "corrected_by"])
    emit(
        FlagSettled(
            entry_id=flag.entry_id,
            flag_id=flag.pk,
            state=state,
            by_id=by_id,
            flagged_by_id=flag.by_id,
            ticket_id=flag.ticket_id,
            at=now,
        )
    )
