"""What a chat forgets with the messages of a case: its lines, and in the end who the visitor was."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet

from zhiyin.channels.commands.forgetting import ForgottenIds
from zhiyin.channels.providers.chat.models import ChatFile, Conversation, Line, Visitor, VisitorToken

APART = timedelta(hours=1)  # what we noted longer before somebody spoke was about what came before


@transaction.atomic
def forget_lines(told: ForgottenIds) -> None:
    """Forget the lines that brought or took these messages, and what was noted before them; of a conversation
    in which nothing was said since, the visitor too."""
    spoken = Line.objects.filter(Q(raw__in=told.raw_ids) | Q(delivery__in=told.delivery_ids))
    last = spoken.order_by().values_list("conversation").annotate(last=Max("number"))
    for conversation_id, number in sorted(last):
        later = _said_after(conversation_id, number)
        _forget(spoken.filter(conversation=conversation_id), blanks=told.blanks)
        _forget(_noted_until(conversation_id, later), blanks=told.blanks)
        if later is None:
            _forget_visitor(conversation_id, blanks=told.blanks)


def _said_after(conversation_id: int, number: int) -> Line | None:
    """The first line after a number that somebody said."""
    lines = Line.objects.filter(conversation=conversation_id, number__gt=number)
    return lines.exclude(raw=None, delivery=None).first()


def _noted_until(conversation_id: int, later: Line | None) -> QuerySet[Line]:
    """Our own notes for the visitor up to what was said since, without those that belong to it."""
    noted = Line.objects.filter(conversation=conversation_id, side=Line.Side.SYSTEM)
    return noted if later is None else noted.filter(number__lt=later.number, at__lt=later.at - APART)


def _forget(lines: QuerySet[Line], *, blanks: bool) -> None:
    if not blanks:
        lines.delete()
        return
    ChatFile.objects.filter(line__in=lines.values("pk")).delete()
    lines.filter(side=Line.Side.VISITOR).update(name="")
    lines.update(text="")


def _forget_visitor(conversation_id: int, *, blanks: bool) -> None:
    visitors = Visitor.objects.filter(conversation=conversation_id)
    if not blanks:
        visitors.delete()
        return
    VisitorToken.objects.filter(visitor__conversation=conversation_id).delete()
    ChatFile.objects.filter(visitor__conversation=conversation_id).delete()
    Line.objects.filter(conversation=conversation_id).update(text="")
    Conversation.objects.filter(pk=conversation_id).update(
        answers=[], answers_due=False, mailed_up_to=F("last_number")
    )
    visitors.update(
        **dict.fromkeys(("external_id", "name", "email", "phone", "page_url"), ""), email_proven=False
    )
