"""Proposing an answer: a draft put into the composer of whoever has the ticket, shown to colleagues."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhiyin.people.models import Staff
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.event_log.emitting import emit
from zhiyin.procedures.events_promises import UpdateProposed
from zhiyin.procedures.models import Promise
from zhiyin.procedures.queries.policies import rhythm_policy
from zhiyin.tickets.commands.drafting import DraftContent, save_draft, share_draft
from zhiyin.tickets.models import Draft, Ticket

TEXT_ZH = """{customer}，您好：

关于您反映的“{subject}”（{number}），我们仍在处理，目前进展如下：



下一次我们会在 {hours} 小时内再向您说明情况。感谢您的耐心。"""
TEXT_EN = """Dear {customer},

About “{subject}” ({number}): we are still working on it. This is how it stands:



You will hear from us again within {hours} hours. Thank you for your patience."""


def propose_update(promise: Promise, *, ticket: Ticket, now: datetime) -> None:
    """Put the draft of an update into the composer of whoever has the ticket; not over what they write already."""
    every = promise.due_at - promise.made_at
    draft = propose(ticket, _text(ticket, max(1, round(every.total_seconds() / 3600))), now=now)
    if draft is None:
        return
    told: dict[str, Any] = {"promise_id": promise.pk, "ticket_id": ticket.pk, "draft_id": draft.pk}
    emit(UpdateProposed(**told, staff_id=draft.staff_id, at=now))


def propose(ticket: Ticket, text: str, *, now: datetime) -> Draft | None:
    """A shared draft of an answer; None where nobody has the ticket or its answer has been begun."""
    assignee = Staff.objects.active().filter(pk=ticket.assignee_id or 0).first()
    if assignee is None or Draft.objects.filter(ticket=ticket, mode=Draft.Mode.REPLY).exists():
        return None
    if not Ticket.objects.visible_to(assignee, "tickets.reply").filter(pk=ticket.pk).exists():
        return None
    content = DraftContent(text=text)
    draft = save_draft(ticket_id=ticket.pk, content=content, seen_version=None, by=assignee, now=now)
    assert draft is not None
    return share_draft(ticket_id=ticket.pk, draft_id=draft.pk, by=assignee, now=now)


def _text(ticket: Ticket, hours: int) -> str:
    policy = rhythm_policy()
    is_english = ticket.customer.language.lower().startswith("en")
    words = (policy.draft_en or TEXT_EN) if is_english else (policy.draft_zh or TEXT_ZH)
    told: dict[str, Any] = {
        "customer": ticket.customer.name,
        "subject": ticket.subject,
        "number": ticket.number,
        "hours": hours,
        "company": company_or_blank().name,
    }
    for name, value in told.items():
        words = words.replace(f"{{{name}}}", str(value))
    return words
