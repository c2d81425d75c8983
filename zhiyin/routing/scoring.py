"""One score for one piece of work and one person: named terms, added up.

Everything is told in seconds of waiting: a term of 600 weighs as much as ten minutes in the queue. The score falls
into two parts. The **rank** belongs to the work alone and grows by one a second, for all work alike; the **fit**
belongs to the pair. Because all ranks grow at one pace their order never changes by itself, so a queue sorted once
stays sorted, and what waits longest is overtaken only by work that came within `Weights.longest_start` after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2
from typing import NamedTuple

HIGHEST_LEVEL = 5


class Need(NamedTuple):
    """A skill, by its id, and the least level of it. Queues and people are skills too: 'queue:3', 'agent:17'."""

    skill: str
    level: int = 1


@dataclass(frozen=True)
class Weights:
    """How a queue weighs; all in seconds of waiting. A change is a new version.

    `priority` and `tier` are head starts by step. `lead` is how long before a deadline its work stands as if it had
    waited the longest head start. No head start of any kind, all taken together, is over `longest_start`.
    """

    version: int = 1
    priority: tuple[float, float, float, float] = (0.0, 60.0, 600.0, 1800.0)  # low, normal, high, urgent
    tier: float = 300.0  # for each step of the customer's tier
    impact: float = 300.0  # for each doubling of the customers that one problem touches
    lead: float = 1800.0
    longest_start: float = 3600.0
    skill: float = 60.0  # for the highest level; the mean level counts in proportion
    senior_skill: float = 600.0  # instead of `skill`, for customers from `senior_from_tier` on
    senior_from_tier: int = 2
    room: float = 120.0  # for somebody with nothing to do yet
    idle: float = 1.0  # for each second without work
    last_agent: float = 300.0  # for who had the case, or the customer, before
    fairness: float = 30.0  # taken off for each piece of work given this shift


@dataclass(frozen=True, slots=True)
class Work:
    """What waits: times are in seconds on one clock."""

    id: int
    entered_at: float
    needs: tuple[Need, ...] = ()
    kind: str = "ticket"  # of channel: what room it takes
    priority: int = 2  # 1 low … 4 urgent
    tier: int = 0
    touched: int = 1  # customers: of the case itself, and of the cases under it
    due_at: float | None = None
    last_agent_id: int | None = None
    queue: str = ""


@dataclass(slots=True)
class Agent:
    """Somebody who can take work. `limits` and `load` are by kind of channel; an exclusive kind blocks all others."""

    id: int
    skills: Mapping[str, int]
    limits: Mapping[str, int] = field(default_factory=lambda: {"ticket": 1})
    load: dict[str, int] = field(default_factory=dict)
    idle_since: float = 0.0
    taken: int = 0
    exclusive: frozenset[str] = frozenset()

    def level(self, skill: str) -> int:
        return HIGHEST_LEVEL if skill == f"agent:{self.id}" else self.skills.get(skill, 0)

    def meets(self, needs: tuple[Need, ...]) -> bool:
        return all(self.level(need.skill) >= need.level for need in needs)

    def room(self, kind: str) -> int:
        """How many more of this kind fit in now."""
        if not self.exclusive:
            return max(0, self.limits.get(kind, 0) - self.load.get(kind, 0))
        busy = {one for one, units in self.load.items() if units > 0}
        if (busy - {kind}) & self.exclusive or (kind in self.exclusive and busy - {kind}):
            return 0
        return max(0, self.limits.get(kind, 0) - self.load.get(kind, 0))


class Term(NamedTuple):
    """One reason, and what it weighs in seconds of waiting."""

    name: str
    value: float


class Score(NamedTuple):
    """Every term of a pair, and the version of the weights they were taken by."""

    terms: tuple[Term, ...]
    version: int

    @property
    def total(self) -> float:
        return sum(term.value for term in self.terms)


def score(work: Work, agent: Agent, at: float, weights: Weights) -> Score:
    """Why this person for this work at this moment: the terms of the rank, then those of the fit."""
    return Score((*rank_terms(work, at, weights), *fit_terms(work, agent, at, weights)), weights.version)


def rank_terms(work: Work, at: float, weights: Weights) -> tuple[Term, ...]:
    """What makes the work urgent. Their sum is `at - rank_key(work)`, within rounding."""
    priority, tier, impact, deadline = _head_starts(work, weights)
    return (
        Term("waiting", at - work.entered_at),
        Term("priority", priority),
        Term("tier", tier),
        Term("impact", impact),
        Term("deadline", deadline),
    )


def rank_key(work: Work, weights: Weights) -> float:
    """The moment since which the work counts as waiting: the lower, the sooner its turn. It never changes."""
    return work.entered_at - sum(_head_starts(work, weights))


def fit_terms(work: Work, agent: Agent, at: float, weights: Weights) -> tuple[Term, ...]:
    """What speaks for this person."""
    limit = agent.limits.get(work.kind, 0)
    knows = work.last_agent_id is not None and work.last_agent_id == agent.id
    return (
        Term("skill", skill_fit(agent, work.needs, senior=is_senior(work, weights), weights=weights)),
        Term("room", weights.room * agent.room(work.kind) / limit if limit else 0.0),
        Term("idle", weights.idle * max(0.0, at - agent.idle_since)),
        Term("last_agent", weights.last_agent if knows else 0.0),
        Term("fairness", -weights.fairness * agent.taken),
    )


def skill_fit(agent: Agent, needs: tuple[Need, ...], *, senior: bool, weights: Weights) -> float:
    """The mean level in what is needed, as a share of the highest, times its weight; 0 where nothing is needed."""
    skills, worth = level_worth(needs, senior=senior, weights=weights)
    return worth * sum(agent.level(skill) for skill in skills)


def level_worth(needs: tuple[Need, ...], *, senior: bool, weights: Weights) -> tuple[list[str], float]:
    """The skills that `skill_fit` looks at, and what one level of any of them is worth."""
    skills = [need.skill for need in needs if not need.skill.startswith(("queue:", "agent:"))]
    weight = weights.senior_skill if senior else weights.skill
    return skills, weight / (len(skills) * HIGHEST_LEVEL) if skills else 0.0


def is_senior(work: Work, weights: Weights) -> bool:
    """Whether the customer's tier asks for the most experienced of those free."""
    return work.tier >= weights.senior_from_tier


def _head_starts(work: Work, weights: Weights) -> tuple[float, float, float, float]:
    """(priority, tier, impact, deadline), each at least 0, together at most the longest."""
    left = weights.longest_start
    priority = min(max(0.0, weights.priority[work.priority - 1]), left)
    left -= priority
    tier = min(max(0.0, weights.tier * work.tier), left)
    left -= tier
    impact = min(weights.impact * log2(work.touched), left) if work.touched > 1 else 0.0
    left -= impact
    if work.due_at is None:
        return priority, tier, impact, 0.0
    # at `due_at - lead` the work's rank is to be the longest head start
    wanted = work.entered_at - (work.due_at - weights.lead - weights.longest_start)
    return priority, tier, impact, min(max(0.0, wanted - priority - tier - impact), left)
