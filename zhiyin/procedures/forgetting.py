"""What anonymising a ticket takes from procedures: words and what was filled in. Decisions, moments and sums stay."""

from __future__ import annotations

from django.db.models import Q

from zhiyin.procedures.models import (
    Approval,
    ApprovalSeat,
    CallAttempt,
    Case,
    ChildImport,
    ChildNotice,
    Grant,
    HandOver,
    ImportRow,
    Promise,
    PromiseMove,
    Review,
    Survey,
    Task,
    TaskFile,
    Visit,
)
from zhiyin.tickets.commands.blanking import also_blanks


@also_blanks
def blank_procedures(ticket_ids: list[int]) -> None:
    """Take the words from everything that was led, promised, approved or asked on these tickets."""
    Case.objects.filter(ticket__in=ticket_ids).update(values={})
    Visit.objects.filter(case__ticket__in=ticket_ids).update(values={}, note="")
    tasks = Task.objects.filter(ticket__in=ticket_ids)
    TaskFile.objects.filter(task__in=tasks).delete()
    tasks.update(values={}, note="", about_zh="", about_en="")
    tasks.filter(kind=Task.Kind.ASKED).update(title_zh="—", title_en="—")  # typed by somebody
    HandOver.objects.filter(task__ticket__in=ticket_ids).update(note="")
    Approval.objects.filter(ticket__in=ticket_ids).update(reason="")
    ApprovalSeat.objects.filter(approval__ticket__in=ticket_ids).update(words="")
    Promise.objects.filter(ticket__in=ticket_ids).update(text="", outcome="")
    PromiseMove.objects.filter(promise__ticket__in=ticket_ids).update(reason="")
    CallAttempt.objects.filter(promise__ticket__in=ticket_ids).update(words="")
    Survey.objects.filter(ticket__in=ticket_ids).update(recipient="", words="")
    Grant.objects.filter(ticket__in=ticket_ids).update(reason="", problem="")
    lists = ChildImport.objects.filter(ticket__in=ticket_ids)
    lists.update(subject="", text="")
    ChildNotice.objects.filter(ticket__in=ticket_ids).update(text="")
    Review.objects.filter(case__ticket__in=ticket_ids).update(words="")
    ImportRow.objects.filter(Q(batch__in=lists) | Q(child__in=ticket_ids)).update(cells={})
