"""Those whom a fact may concern, with everything a decision needs: a fixed number of queries for any number of people."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import OuterRef, Subquery

from zhiyin.notifications.models import Mute, Policy, Preferences, RoleWays
from zhiyin.notifications.queries.rows import Occasion, Row, Rows
from zhiyin.notifications.reasons import WAYS, Reason, Way
from zhiyin.people.models import Company, Staff
from zhiyin.people.queries.reach import with_reach
from zhiyin.tickets.models import Ticket


@dataclass(frozen=True)
class CompanyRules:
    """What holds for everybody."""

    policy: Policy
    zone: str


@dataclass(frozen=True)
class Hearer:
    """One person, as the decision sees them."""

    staff: Staff
    preferences: Preferences
    ways: tuple[Way, ...]
    source: str  # whose choice of ways it is: own | role | company | shipped
    may_see: bool
    is_muted: bool
    covered_by: Row | None  # the notification that has told the same at this moment
    is_burst: bool  # too many of this reason just now


def company_rules() -> CompanyRules:
    """The company's policy and time zone; one query."""
    zone = Subquery(Company.objects.values("timezone")[:1])
    policy = Policy.objects.annotate(zone=zone).first()
    if policy is not None:
        return CompanyRules(policy, policy.zone or Company().timezone)
    company = Company.objects.first() or Company()
    return CompanyRules(Policy(), company.timezone)


class Hearers:
    """These people with all that is decided by, for as many occasions as there are; a fixed number of queries."""

    def __init__(
        self, people: Collection[int], occasions: Sequence[tuple[Occasion, Collection[int]]]
    ) -> None:
        self._people: list[Any] = with_reach(
            Staff.objects.active()
            .filter(pk__in=people)
            .order_by("pk")
            .annotate(
                role_ways=ArraySubquery(RoleWays.objects.filter(role__staff=OuterRef("pk")).values("ways"))
            )
        )
        known = [staff.pk for staff in self._people]
        tickets = {occasion.ticket.pk for occasion, _ in occasions}
        self._chosen = {one.pk: one for one in Preferences.objects.filter(pk__in=known)} if known else {}
        self._seeing = who_may_see(tickets, self._people)
        self._mutes = set(
            Mute.objects.filter(ticket__in=tickets, staff__in=known).values_list("staff", "ticket")
        )
        self._ways: dict[tuple[int, str], tuple[tuple[Way, ...], str]] = {}

    def of(
        self, occasion: Occasion, staff_ids: Collection[int], rules: CompanyRules, rows: Rows
    ) -> list[Hearer]:
        """The active ones of these people, by id."""
        reason, ticket = occasion.reason, occasion.ticket
        found = []
        for staff in self._people:
            if staff.pk not in staff_ids:
                continue
            preferences = self._chosen.setdefault(staff.pk, Preferences(staff=staff))
            if (staff.pk, reason.code) not in self._ways:
                chosen = ways_for(reason, preferences, staff.role_ways, rules.policy)
                self._ways[staff.pk, reason.code] = chosen
            ways, source = self._ways[staff.pk, reason.code]
            found.append(
                Hearer(
                    staff=staff,
                    preferences=preferences,
                    ways=ways,
                    source=source,
                    may_see=(staff.pk, ticket.pk) in self._seeing or reason.through is not None,
                    is_muted=(staff.pk, ticket.pk) in self._mutes,
                    covered_by=rows.covering(staff.pk, occasion),
                    is_burst=rows.is_burst(staff.pk, occasion),
                )
            )
        return found


def ways_for(
    reason: Reason, preferences: Preferences, role_ways: list[dict[str, list[str]]], policy: Policy
) -> tuple[tuple[Way, ...], str]:
    """The ways that hold and whose choice they are: one's own, else the roles', else the company's, else as shipped."""
    if reason.code in preferences.ways:
        return known_ways(preferences.ways[reason.code]), "own"
    of_roles = [ways[reason.code] for ways in role_ways if reason.code in ways]
    if of_roles:
        return known_ways({way for ways in of_roles for way in ways}), "role"
    if reason.code in policy.ways:
        return known_ways(policy.ways[reason.code]), "company"
    return reason.ways, "shipped"


def known_ways(names: Collection[str]) -> tuple[Way, ...]:
    """These ways in their usual order."""
    return tuple(way for way in WAYS if way in names)


def who_may_see(ticket_ids: Collection[int], people: Sequence[Staff]) -> set[tuple[int, int]]:
    """(person, ticket): who of these may see which of these tickets at this moment, by the very condition of every list;
    one query."""
    told, params = [], []
    for staff in people:
        if staff.may("tickets.read"):
            seen = Ticket.objects.visible_to(staff).filter(pk__in=ticket_ids).order_by().values("pk")
            with contextlib.suppress(EmptyResultSet):
                sql, asked = seen.query.sql_with_params()
                told.append(f"SELECT %s::bigint, seen.id FROM ({sql}) seen (id)")
                params += [staff.pk, *asked]
    if not told:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(told), params)
        return set(cursor.fetchall())
