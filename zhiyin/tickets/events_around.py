"""What happens around tickets: followers, snoozes, reminders; ids only, moments in ISO 8601."""

from zhiyin.platform.event_log.facts import Fact, fact

_SUBJECT = "ticket:{ticket_id}"


@fact("tickets.follower_added", subject=_SUBJECT)
class FollowerAdded(Fact):
    """Somebody follows the ticket now, by themselves, by a colleague or because a note named them."""

    ticket_id: int
    staff_id: int
    by_id: int


@fact("tickets.follower_removed", subject=_SUBJECT)
class FollowerRemoved(Fact):
    """Somebody does not follow the ticket any more."""

    ticket_id: int
    staff_id: int
    by_id: int


@fact("tickets.snoozed", subject=_SUBJECT)
class TicketSnoozed(Fact):
    """The ticket left the working lists until a moment, or until the customer writes."""

    ticket_id: int
    until: str
    by_id: int


@fact("tickets.woken", subject=_SUBJECT)
class TicketWoken(Fact):
    """A snoozed ticket is back, because of the time, the customer or the staff; by_id only for staff."""

    ticket_id: int
    reason: str
    by_id: int | None = None


@fact("tickets.reminder_set", subject=_SUBJECT)
class ReminderSet(Fact):
    """Somebody wants to be reminded of the ticket; their own affair."""

    ticket_id: int
    reminder_id: int
    staff_id: int
    due: str


@fact("tickets.reminder_due", subject=_SUBJECT)
class ReminderDue(Fact):
    """The moment has come of which somebody wanted to be reminded; their own affair."""

    ticket_id: int
    reminder_id: int
    staff_id: int


PERSONAL = (
    "tickets.reminder_set",
    "tickets.reminder_due",
)  # no line of a timeline, and nobody else's to hear
