"""What happens to work in queues, in the past tense; ids only."""

from zhiyin.platform.event_log.facts import Fact, fact

_SUBJECT = "ticket:{ticket_id}"


@fact("routing.work_queued", subject=_SUBJECT)
class WorkQueued(Fact):
    """A ticket waits in a queue, for the first time or again."""

    ticket_id: int
    item_id: int
    queue_id: int


@fact("routing.work_offered", subject=_SUBJECT)
class WorkOffered(Fact):
    """Work is held out to one person."""

    ticket_id: int
    item_id: int
    offer_id: int
    staff_id: int


@fact("routing.offer_settled", subject=_SUBJECT)
class OfferSettled(Fact):
    """An offer was accepted, declined, missed or taken back: `state`."""

    ticket_id: int
    item_id: int
    offer_id: int
    staff_id: int
    state: str


@fact("routing.work_given", subject=_SUBJECT)
class WorkGiven(Fact):
    """Somebody has the work now: they accepted it, took the next, or were given it by hand (`by_id`)."""

    ticket_id: int
    item_id: int
    staff_id: int
    by_id: int | None


@fact("routing.ring_opened", subject=_SUBJECT)
class RingOpened(Fact):
    """Waiting work is open to more people."""

    ticket_id: int
    item_id: int
    ring: int


@fact("routing.work_returned", subject=_SUBJECT)
class WorkReturned(Fact):
    """Work came back into its queue at its old rank, from somebody who left or let it go."""

    ticket_id: int
    item_id: int
    from_id: int
    reason: str


@fact("routing.call_back_taken", subject=_SUBJECT)
class CallBackTaken(Fact):
    """A customer who waits will be called when it is their turn, which should be by `due`; they keep their place."""

    ticket_id: int
    wish_id: int
    due: str


@fact("routing.call_back_dropped", subject=_SUBJECT)
class CallBackDropped(Fact):
    """A customer who waits, at the same place as before, need not be called."""

    ticket_id: int


@fact("routing.work_ended", subject=_SUBJECT)
class WorkEnded(Fact):
    """The work is done, or nobody needs it done any more."""

    ticket_id: int
    item_id: int
    state: str


@fact("routing.settings_changed", subject="routing:settings")
class RoutingSettingsChanged(Fact):
    """A queue, need or rule of capacity was added, changed or removed; `what` says which."""

    what: str
    by_id: int
