"""What somebody has chosen, and what holds where they have not."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.notifications.models import Policy, Preferences, PushSubscription, RoleWays
from zhiyin.notifications.queries.hearers import CompanyRules, company_rules, ways_for
from zhiyin.notifications.reasons import Reason, Way, all_reasons
from zhiyin.people.models import Role, Staff


@dataclass(frozen=True)
class Choice:
    """One line of a person's matrix."""

    reason: Reason
    ways: tuple[Way, ...]
    source: str
    default: tuple[Way, ...]


@dataclass(frozen=True)
class Choices:
    preferences: Preferences
    rules: CompanyRules
    matrix: list[Choice]
    devices: list[PushSubscription]


def choices_of(staff: Staff) -> Choices:
    """Everything the settings page of one person shows."""
    rules = company_rules()
    preferences = Preferences.objects.filter(pk=staff.pk).first() or Preferences(staff=staff)
    roles = list(RoleWays.objects.filter(role__staff=staff).values_list("ways", flat=True))
    blank = Preferences(staff=staff)
    matrix = []
    for reason in all_reasons():
        ways, source = ways_for(reason, preferences, roles, rules.policy)
        matrix.append(Choice(reason, ways, source, ways_for(reason, blank, roles, rules.policy)[0]))
    devices = list(PushSubscription.objects.filter(staff=staff).order_by("pk"))
    return Choices(preferences, rules, matrix, devices)


def policy_or_blank() -> Policy:
    """What the company has chosen; a blank row that is not stored when nothing yet."""
    return Policy.objects.filter(pk=Policy.ONLY).first() or Policy()


def ways_of_roles() -> list[tuple[Role, dict[str, list[str]]]]:
    """All roles, shipped ones first, with what was chosen for their people."""
    chosen = dict(RoleWays.objects.values_list("role", "ways"))
    return [(role, chosen.get(role.pk, {})) for role in Role.objects.order_by("-builtin", "pk")]
