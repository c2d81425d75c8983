"""Answering from the knowledge base: what was taken into an answer, kept with the message it left in."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction

from zhiyin.knowledge.commands.flagging import flag_version
from zhiyin.knowledge.commands.voicing import count_uses, uncount_uses
from zhiyin.knowledge.models import Flag, Version
from zhiyin.knowledge.queries.library import readable_versions
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.events_writing import AnsweredFromKnowledge
from zhiyin.tickets.models import KnowledgeUse, Message, Ticket

How = KnowledgeUse.How


class NoLongerValid(DomainError):
    code = "tickets.knowledge_no_longer_valid"
    status = 409
    messages = {
        "zh": "这个版本已经不再有效，没有插入。请搜索现行的内容。",
        "en": "That version is no longer valid and was not inserted. Search for what holds now.",
    }


@transaction.atomic
def take_from_knowledge(*, ticket_id: int, version_id: int, by: Staff, now: datetime) -> KnowledgeUse:
    """Note that a published version goes into the answer being written; twice is once. Raises NoLongerValid."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    version = readable_versions(by).get(pk=version_id)
    published = Version.objects.valid_at(now).filter(pk=version_id, state="published")
    if version.edition.entry.archived_at is not None or not published.exists():
        raise NoLongerValid
    use, _ = KnowledgeUse.objects.select_related("version__edition").get_or_create(
        ticket=ticket, version=version, by=by, message=None, defaults={"at": now}
    )
    return use


@transaction.atomic
def leave_out_source(*, ticket_id: int, use_id: int, by: Staff) -> None:
    """It does not go into the answer after all."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    KnowledgeUse.objects.get(pk=use_id, ticket=ticket, by=by, message=None).delete()


def note_sources(message: Message, *, text: str, by: Staff, now: datetime) -> None:
    """Keep with the message what its writer took in; inside the command that writes it. One query when nothing was."""
    uses = list(
        KnowledgeUse.objects.select_related("version__edition").filter(
            ticket=message.ticket_id, by=by, message=None
        )
    )
    if not uses:
        return
    for use in uses:
        use.message, use.at = message, now
        use.how = How.INSERTED if _plain(use.version.text) in _plain(text) else How.ADAPTED
    KnowledgeUse.objects.bulk_update(uses, ["message", "at", "how"])
    _tell(uses, message, by_id=by.pk, now=now)


def untie_sources(message: Message) -> None:
    """The message is taken back: what it was taken from goes into the answer being written again."""
    uses = KnowledgeUse.objects.filter(message=message)
    entries = set(uses.values_list("version__edition__entry_id", flat=True))
    waiting = KnowledgeUse.objects.filter(ticket=message.ticket_id, by=message.staff_id, message=None)
    uses.filter(version__in=waiting.values("version")).delete()
    uses.update(message=None)
    uncount_uses(entries)


@transaction.atomic
def note_automatic_answer(*, message_id: int, version_ids: list[int], now: datetime) -> None:
    """A message was written by the machine from these versions. Doing so twice is once."""
    message = Message.objects.select_related("ticket").get(pk=message_id)
    Ticket.objects.select_for_update().get(pk=message.ticket_id)
    known = set(KnowledgeUse.objects.filter(message=message).values_list("version_id", flat=True))
    uses = KnowledgeUse.objects.bulk_create(
        KnowledgeUse(ticket=message.ticket, message=message, version=version, how=How.AUTOMATIC, at=now)
        for version in Version.objects.select_related("edition").filter(pk__in=set(version_ids) - known)
    )
    if uses:
        _tell(uses, message, by_id=None, now=now)


@transaction.atomic
def flag_from_ticket(
    *, ticket_id: int, version_id: int, reason: str, note: str, by: Staff, now: datetime
) -> Flag:
    """Say that an entry is wrong, from the case on which it was noticed."""
    ticket = Ticket.objects.visible_to(by).get(pk=ticket_id)
    version = readable_versions(by).get(pk=version_id)
    return flag_version(version_id=version.pk, reason=reason, note=note, ticket_id=ticket.pk, by=by, now=now)


def _tell(uses: list[KnowledgeUse], message: Message, *, by_id: int | None, now: datetime) -> None:
    count_uses({use.version.edition.entry_id for use in uses})
    emit(
        AnsweredFromKnowledge(
            ticket_id=message.ticket_id,
            message_id=message.pk,
            version_ids=sorted(use.version_id for use in uses),
            by_id=by_id,
            at=now,
        )
    )


def _plain(text: str) -> str:
    """Without what filling and formatting change: placeholders can't be told from what filled them."""
    return re.sub(r"\s+", "", text)
