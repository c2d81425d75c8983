"""Which files somebody may send along or keep on a ticket: a number alone opens nothing."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from zhiyin.people.models import Staff
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.models import DraftFile, FieldFile, Macro, MacroFile, Message, MessageAttachment, Ticket


class NotYourFile(DomainError):
    code = "tickets.not_your_file"
    status = 422
    messages = {
        "zh": "有附件不存在，或不是您上传的。请重新添加附件。",
        "en": "An attachment is gone, or was not put up by you. Attach it again.",
    }


def require_attachable(file_ids: Collection[int], *, ticket: Ticket | None, by: Staff) -> None:
    """Refuse files that are not the person's to use. Raises NotYourFile."""
    if set(file_ids) - attachable_among(file_ids, ticket=ticket, by=by):
        raise NotYourFile


def attachable_among(file_ids: Collection[int], *, ticket: Ticket | None, by: Staff) -> set[int]:
    """Those the person put up, those of macros they may use, and those that are on the ticket already."""
    if not file_ids:
        return set()
    files = StoredFile.objects.filter(pk__in=set(file_ids))
    macros = MacroFile.objects.filter(file=OuterRef("pk"), macro__in=Macro.objects.visible_to(by))
    allowed = Q(owner=by.upload_owner) | Q(Exists(macros))
    if ticket is not None:
        allowed |= _on(ticket, by)
    return set(files.filter(allowed).values_list("pk", flat=True))


def _on(ticket: Ticket, by: Staff) -> Q:
    said = Message.objects.filter(ticket=ticket)
    drafts = DraftFile.objects.filter(file=OuterRef("pk"), draft__ticket=ticket)
    return (
        Q(Exists(said.filter(inbound__attachments__file=OuterRef("pk"))))
        | Q(Exists(said.filter(delivery__attachments__file=OuterRef("pk"))))
        | Q(Exists(MessageAttachment.objects.filter(file=OuterRef("pk"), message__ticket=ticket)))
        | Q(Exists(drafts.filter(Q(draft__staff=by) | Q(draft__shared_at__isnull=False))))
        | Q(Exists(FieldFile.objects.filter(file=OuterRef("pk"), ticket=ticket)))
    )
