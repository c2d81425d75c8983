"""What happens to compensation, in the past tense; ids only."""

from zhiyin.platform.event_log.facts import Fact, fact

_SUBJECT = "ticket:{ticket_id}"


@fact("procedures.compensation_given", subject=_SUBJECT)
class CompensationGiven(Fact):
    """Somebody gave a customer something; `waits` when others have to agree first."""

    grant_id: int
    ticket_id: int
    waits: bool
    by_id: int


@fact("procedures.compensation_refused", subject=_SUBJECT)
class CompensationRefused(Fact):
    """What somebody wanted to give was not agreed to."""

    grant_id: int
    ticket_id: int
    asked_by_id: int
    by_id: int | None


@fact("procedures.compensation_owed", subject="grant:{grant_id}")  # no line of the timeline
class CompensationOwed(Fact):
    """What was given is on its way; `by_hand` when somebody has to carry it out."""

    grant_id: int
    ticket_id: int
    by_hand: bool


@fact("procedures.compensation_fulfilled", subject=_SUBJECT)
class CompensationFulfilled(Fact):
    """The customer has what was given; it stands in the ledger."""

    grant_id: int
    ticket_id: int
    by_id: int | None = None


@fact("procedures.compensation_failed", subject=_SUBJECT)
class CompensationFailed(Fact):
    """The system that should carry it out refused, or could not be reached for days."""

    grant_id: int
    ticket_id: int
    given_by_id: int


@fact("procedures.compensation_withdrawn", subject=_SUBJECT)
class CompensationWithdrawn(Fact):
    """Whoever gave it took it back before it was carried out."""

    grant_id: int
    ticket_id: int
    by_id: int
