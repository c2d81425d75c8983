"""What must be so before a ticket is solved or closed. Domains above add their own with `@before_closing`."""

from __future__ import annotations

from collections.abc import Callable

from zhiyin.tickets.models import Ticket

Check = Callable[[Ticket], None]
_checks: list[Check] = []


def before_closing(check: Check) -> Check:
    """Ask this of every ticket that staff want to solve or close; it raises a DomainError to refuse."""
    _checks.append(check)
    return check


def refuse_what_holds(ticket: Ticket) -> None:
    """Raises the refusal of the first check that has one."""
    for check in _checks:
        check(ticket)
