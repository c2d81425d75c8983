"""The simulation by discrete events: arrivals, rings that open, patience that ends, work that is done."""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count

from zhiyin.routing.matching.engine import Engine, Match
from zhiyin.routing.rings import Ring, needs_in_ring
from zhiyin.routing.scoring import Agent, Need, Weights, Work


@dataclass(frozen=True, slots=True)
class Contact:
    """Work with how long it takes and how long its customer waits; seconds, None for ever."""

    work: Work
    handling: float
    patience: float | None = None


@dataclass(frozen=True)
class Policy:
    """What may be changed: how queues weigh and to whom they open.

    `transferred` is the share of contacts that somebody without the asked-for skills hands on, after `before_transfer`
    of its handling; it then waits at its old rank for somebody who has them.
    """

    name: str = ""
    weights: Mapping[str, Weights] = field(default_factory=dict)
    rings: Mapping[str, Sequence[Ring]] = field(default_factory=dict)
    transferred: float = 0.3
    before_transfer: float = 0.25


@dataclass(frozen=True, slots=True)
class Shift:
    """A time in which somebody takes work, of these kinds of channel (empty: of all they can); seconds."""

    begin: float
    end: float
    kinds: frozenset[str] = frozenset()


@dataclass(slots=True)
class Fate:
    """What became of a contact."""

    contact: Contact
    answered_at: float | None = None
    abandoned_at: float | None = None
    agent_id: int | None = None
    transfers: int = 0

    @property
    def waited(self) -> float | None:
        """Seconds until the first answer or until giving up; None when neither came before the end."""
        ended = self.answered_at if self.answered_at is not None else self.abandoned_at
        return None if ended is None else ended - self.contact.work.entered_at


@dataclass(slots=True)
class Worked:
    """What a person did: seconds with at least one piece of work, seconds there, and how many pieces.

    Who goes with work in hand is there until it is done.
    """

    busy: float = 0.0
    there: float = 0.0
    pieces: int = 0
    since: float | None = None  # has work
    came: float | None = None  # is there


@dataclass
class Run:
    """The outcome of a simulation."""

    policy: Policy
    seconds: float
    fates: dict[int, Fate]
    worked: dict[int, Worked]


def simulate(
    contacts: Sequence[Contact],
    people: Sequence[Agent],
    policy: Policy,
    *,
    seconds: float,
    seed: int = 1,
    shifts: Mapping[int, Sequence[Shift]] | None = None,
) -> Run:
    """Let the contacts come for so long; what waits or is at work at the end stays so. `people` are not changed.

    `shifts` are by person, in order and apart from each other; who has none takes no work. None: all are there all
    the time.
    """
    if shifts is None:
        shifts = {agent.id: [Shift(0.0, seconds)] for agent in people}
    return _Centre(people, policy, seconds, seed, shifts).run(contacts)


class _Centre:
    def __init__(
        self,
        people: Sequence[Agent],
        policy: Policy,
        seconds: float,
        seed: int,
        shifts: Mapping[int, Sequence[Shift]],
    ) -> None:
        self._engine = Engine(policy.weights)
        self._policy = policy
        self._chance = random.Random(seed)  # noqa: S311  (a simulation, not a secret)
        self._coming: list[tuple[float, int, str, int, int]] = []  # at, order, what, of what, detail
        self._order = count()
        self._run = Run(policy, seconds, {}, {agent.id: Worked() for agent in people})
        self._people = {agent.id: copy.deepcopy(agent) for agent in people}
        self._limits = {agent.id: agent.limits for agent in people}
        self._shifts = shifts
        for agent in people:
            for number, shift in enumerate(shifts.get(agent.id, ())):
                self._later(shift.begin, "come", agent.id, number)
                if shift.end < seconds:
                    self._later(shift.end, "go", agent.id)

    def run(self, contacts: Sequence[Contact]) -> Run:
        end = self._run.seconds
        for contact in contacts:
            at = contact.work.entered_at
            if at > end:
                break
            self._pass(at)
            self._run.fates[contact.work.id] = Fate(contact)
            self._arrive(contact, at)
        self._pass(end)
        for worked in self._run.worked.values():
            worked.busy += end - worked.since if worked.since is not None else 0.0
            worked.there += end - worked.came if worked.came is not None else 0.0
        return self._run

    def _arrive(self, contact: Contact, at: float) -> None:
        work = self._at_ring(contact.work, 0)
        if contact.patience is not None:
            self._later(at + contact.patience, "abandon", work.id)
        for number, ring in enumerate(self._policy.rings.get(work.queue, ())):
            if number:
                self._later(at + ring.after, "ring", work.id, number)
        self._begin(self._engine.arrive(work, at), at)

    def _at_ring(self, work: Work, number: int) -> Work:
        rings = self._policy.rings.get(work.queue)
        needs = needs_in_ring(work.needs, rings, number, work.queue) if rings else work.needs
        return replace(work, needs=needs)

    def _pass(self, until: float) -> None:
        """Let time pass up to this moment."""
        while self._coming and self._coming[0][0] <= until:
            at, _, what, work_id, detail = heappop(self._coming)
            if what == "come":
                self._come(work_id, self._shifts[work_id][detail], at)
            elif what == "go":
                self._engine.sign_out(work_id)
                self._leave(work_id, at)
            elif what == "done":
                self._done(work_id, detail, at)
            elif what == "abandon":
                if self._run.fates[work_id].answered_at is None and self._engine.withdraw(work_id):
                    self._run.fates[work_id].abandoned_at = at
            elif work_id in self._engine.works:
                work = self._at_ring(self._run.fates[work_id].contact.work, detail)
                self._begin(self._engine.widen(work_id, work.needs, at), at)

    def _come(self, agent_id: int, shift: Shift, at: float) -> None:
        agent, worked, limits = self._people[agent_id], self._run.worked[agent_id], self._limits[agent_id]
        agent.limits = {kind: most for kind, most in limits.items() if kind in (shift.kinds or limits)}
        agent.idle_since = at
        agent.taken = agent.taken if any(agent.load.values()) else 0
        worked.came = at if worked.came is None else worked.came
        for match in self._engine.sign_in(agent, at):
            self._begin(match, at)

    def _leave(self, agent_id: int, at: float) -> None:
        """Somebody takes no more; they are gone once they have nothing in hand."""
        worked = self._run.worked[agent_id]
        if worked.since is None and worked.came is not None:
            worked.there += at - worked.came
            worked.came = None

    def _begin(self, match: Match | None, at: float) -> None:
        if match is None:
            return
        fate, worked = self._run.fates[match.work_id], self._run.worked[match.agent_id]
        fate.agent_id = match.agent_id
        if fate.answered_at is None:
            fate.answered_at = at
        worked.pieces += 1
        if worked.since is None:
            worked.since = at
        agent = self._people[match.agent_id]
        handed_on = (
            not _able(agent, fate.contact.work.needs) and self._chance.random() < self._policy.transferred
        )
        fate.transfers += handed_on
        share = self._policy.before_transfer if handed_on else 1.0
        what = -match.agent_id if handed_on else match.agent_id
        self._later(at + fate.contact.handling * share, "done", match.work_id, what)

    def _done(self, work_id: int, who: int, at: float) -> None:
        agent_id, contact = abs(who), self._run.fates[work_id].contact
        kind = contact.work.kind
        agent, worked = self._people[agent_id], self._run.worked[agent_id]
        if sum(agent.load.values()) == 1 and worked.since is not None:
            worked.busy += at - worked.since
            worked.since = None
        if who < 0:  # handed on, to somebody who has the skills
            self._begin(self._engine.arrive(self._at_ring(contact.work, 0), at), at)
        if agent_id not in self._engine.agents:
            agent.load[kind] -= 1
            self._leave(agent_id, at)
        for match in self._engine.finish(agent_id, kind, at):
            self._begin(match, at)

    def _later(self, at: float, what: str, work_id: int, detail: int = 0) -> None:
        heappush(self._coming, (at, next(self._order), what, work_id, detail))


def _able(agent: Agent, needs: Sequence[Need]) -> bool:
    return agent.meets(tuple(needs))
