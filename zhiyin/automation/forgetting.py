"""What anonymising a ticket takes from automation: the values that rules put there, and what was told of failures."""

from __future__ import annotations

from zhiyin.automation.models import Run
from zhiyin.tickets.commands.blanking import also_blanks


@also_blanks
def blank_runs(ticket_ids: list[int]) -> None:
    Run.objects.filter(ticket__in=ticket_ids).update(did={}, problems={})
