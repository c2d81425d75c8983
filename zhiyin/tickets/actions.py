"""What can be done to a ticket without writing to its customer by hand: the one list of macros, bulk changes, service
levels and rules.

An action is a name and a value, so that it can be stored. Most are a change of the ticket and go through the same
command as a change by hand; others are done beside it. A domain above adds its own with `register` when it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhiyin.people.models import Staff
from zhiyin.tickets.models import Ticket


@dataclass(frozen=True, kw_only=True)
class Doing:
    """One doing of actions to a ticket: for whom (nobody is a rule), when, and under which key once."""

    ticket_id: int
    key: str
    by: Staff | None
    now: datetime


Check = Callable[[Any, Staff | None], Any]
Changes = Callable[[Any, Ticket, Staff | None], dict[str, Any]]
Perform = Callable[[Any, Doing], None]


@dataclass(frozen=True)
class Action:
    """`check` gives the value as it is kept or raises a DomainError. Either `changes`, the ticket's new values by
    name of those that would really change, or `perform`, which does what is not a change of the ticket's row."""

    name: str
    zh: str
    en: str
    check: Check
    changes: Changes | None = None
    perform: Perform | None = None
    only_rules: bool = False  # makes no sense, or has another way, where a person acts


_actions: dict[str, Action] = {}


def register(*actions: Action) -> None:
    """Add actions, done in the order in which they were added; a name that is taken is refused."""
    for action in actions:
        if action.name in _actions:
            raise TypeError(f"two actions are called {action.name}")
        _actions[action.name] = action


def known_actions() -> dict[str, Action]:
    return _actions
