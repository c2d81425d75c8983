"""What happens to clocks and policies, in the past tense; ids only."""

from dataclasses import field

from zhiyin.platform.event_log.facts import Fact, fact

_SUBJECT = "ticket:{ticket_id}"
# `key` names the clock on its ticket, `track` to whom it is promised: customer, internal, regulator, procedure


@fact("sla.clock_warned", subject=_SUBJECT)
class ClockWarned(Fact):
    """A clock has used up a share of its target at which people want to be warned."""

    ticket_id: int
    clock_id: int
    key: str
    track: str
    level: int


@fact("sla.clock_breached", subject=_SUBJECT)
class ClockBreached(Fact):
    """A clock has reached its target before what was promised was done."""

    ticket_id: int
    clock_id: int
    key: str
    track: str


@fact("sla.clock_breach_withdrawn", subject=_SUBJECT)
class ClockBreachWithdrawn(Fact):
    """A breach was told that is none: what was promised had been done in time, or more time holds now."""

    ticket_id: int
    clock_id: int
    key: str
    track: str


@fact("sla.clock_fulfilled", subject=_SUBJECT)
class ClockFulfilled(Fact):
    """What a clock was running for was done, in time or late."""

    ticket_id: int
    clock_id: int
    key: str
    track: str
    in_time: bool


@fact("sla.escalation_reached", subject=_SUBJECT)
class EscalationReached(Fact):
    """A clock has reached a level at which its policy has something done; `staff_ids` are to hear of it."""

    ticket_id: int
    clock_id: int
    key: str
    track: str
    level: int
    staff_ids: list[int] = field(default_factory=list)


@fact("sla.task_wanted", subject=_SUBJECT)
class TaskWanted(Fact):
    """A policy asks for a task on the ticket; procedures open it."""

    ticket_id: int
    clock_id: int
    title: str
    group_id: int | None = None
    staff_id: int | None = None


@fact("sla.policy_published", subject="policy:{policy_id}")
class PolicyPublished(Fact):
    """A policy got a new version; tickets that already run keep theirs."""

    policy_id: int
    version_id: int
    by_id: int


@fact("sla.policies_arranged", subject="sla:policies")
class PoliciesArranged(Fact):
    """Policies were put in another order, switched on or off, or taken away."""

    by_id: int
