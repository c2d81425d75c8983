"""What happens to approvals, in the past tense; ids only."""

from zhiyin.platform.event_log.facts import Fact, fact

_SUBJECT = "ticket:{ticket_id}"


@fact("procedures.approval_asked", subject=_SUBJECT)
class ApprovalAsked(Fact):
    """Somebody asked for a yes; the first of the chain are asked."""

    approval_id: int
    ticket_id: int
    kind: str
    key: str
    by_id: int


@fact("procedures.approval_waits", subject="approval:{approval_id}")  # no line of the timeline
class ApprovalWaits(Fact):
    """An approval waits for these people: a stage began, or somebody else is asked instead."""

    approval_id: int
    ticket_id: int
    stage: int
    people: list[int]
    by_id: int | None = None


@fact("procedures.approval_answered", subject=_SUBJECT)
class ApprovalAnswered(Fact):
    """One of those asked said yes or no."""

    approval_id: int
    ticket_id: int
    seat_id: int
    approved: bool
    by_id: int


@fact("procedures.approval_decided", subject=_SUBJECT)
class ApprovalDecided(Fact):
    """The chain came to its end: approved or not; `outcome` is approved, refused, expired or withdrawn."""

    approval_id: int
    ticket_id: int
    kind: str
    key: str
    approved: bool
    outcome: str
    asked_by_id: int
    by_id: int | None = None  # whose answer ended it; None when nobody answered in time
