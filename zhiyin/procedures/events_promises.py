"""What happens to promises, call-backs and updates, in the past tense; ids only, moments in ISO 8601."""

from zhiyin.platform.event_log.facts import Fact, fact

_SUBJECT = "ticket:{ticket_id}"


@fact("procedures.promise_made", subject=_SUBJECT)
class PromiseMade(Fact):
    """Somebody promised the customer something by a moment."""

    promise_id: int
    ticket_id: int
    kind: str
    owner_id: int | None
    due: str
    by_id: int | None = None


@fact("procedures.promise_near", subject="promise:{promise_id}")  # no line of the timeline
class PromiseNear(Fact):
    """The moment of an open promise is near."""

    promise_id: int
    ticket_id: int
    owner_id: int | None


@fact("procedures.promise_missed", subject=_SUBJECT)
class PromiseMissed(Fact):
    """The moment of a promise has passed while it was open."""

    promise_id: int
    ticket_id: int
    kind: str
    owner_id: int | None


@fact("procedures.promise_escalated", subject=_SUBJECT)
class PromiseEscalated(Fact):
    """A missed promise is still open; these people hear of it now. `level` is 1 for leads, 2 for managers."""

    promise_id: int
    ticket_id: int
    level: int
    people: list[int]


@fact("procedures.promise_replanned", subject=_SUBJECT)
class PromiseReplanned(Fact):
    """The moment of a promise was moved."""

    promise_id: int
    ticket_id: int
    due: str
    by_id: int | None = None


@fact("procedures.promise_handed_over", subject=_SUBJECT)
class PromiseHandedOver(Fact):
    """A promise is somebody else's to keep now."""

    promise_id: int
    ticket_id: int
    from_id: int | None
    to_id: int
    by_id: int


@fact("procedures.promise_kept", subject=_SUBJECT)
class PromiseKept(Fact):
    """What was promised is done; `late` when its moment had passed."""

    promise_id: int
    ticket_id: int
    kind: str
    late: bool
    by_id: int | None = None


@fact("procedures.promise_withdrawn", subject=_SUBJECT)
class PromiseWithdrawn(Fact):
    """A promise is not wanted any more, or its case is over."""

    promise_id: int
    ticket_id: int
    by_id: int | None = None


@fact("procedures.call_attempted", subject=_SUBJECT)
class CallAttempted(Fact):
    """Somebody called the customer back."""

    promise_id: int
    ticket_id: int
    outcome: str
    by_id: int


@fact("procedures.customer_unreached", subject=_SUBJECT)
class CustomerUnreached(Fact):
    """Nobody answered a call-back as often as the policy says; it is given up."""

    promise_id: int
    ticket_id: int
    attempts: int
    owner_id: int | None


@fact("procedures.update_proposed", subject=_SUBJECT)
class UpdateProposed(Fact):
    """An update is near, and a draft for it was put into somebody's composer."""

    promise_id: int
    ticket_id: int
    draft_id: int
    staff_id: int


@fact("procedures.rhythm_set", subject=_SUBJECT)
class RhythmSet(Fact):
    """The customer hears from us at least this often from now on; 0 minutes: no rhythm any more."""

    ticket_id: int
    minutes: int
    by_id: int | None = None
