"""What a chat forgets with the messages of a case: its lines, and in the end who the visitor was."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet

from zhiyin.channels.commands.forgetting import ForgottenIds
from zhiyin.channels.providers.chat.models import ChatFile, Conversation, Line, Visitor, VisitorToken


@transaction.atomic
def forget_lines(told: ForgottenIds) -> None:
    """Forget the lines that brought or took these messages, and what was noted before them; of a conversation
    in which nothing was said since, the visitor too."""
    spoken = Line.objects.filter(Q(raw__in=told.raw_ids) | Q(delivery__in=told.delivery_ids))
    last_of = dict(
        spoken.order_by()
        .values_list("conversation")
        .annotate(last=Max("number"))
        .values_list("conversation", "last")
    )
    for conversation_id, last in sorted(last_of.items()):
        lines = Line.objects.filter(conversation=conversation_id)
        noted = lines.filter(side=Line.Side.SYSTEM, number__lte=last)
        _forget(spoken.filter(conversation=conversation_id) | noted, blanks=told.blanks)
        if not lines.filter(number__gt=last).exclude(raw=None, delivery=None).exists():
            _forget_visitor(conversation_id, blanks=told.blanks)


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
