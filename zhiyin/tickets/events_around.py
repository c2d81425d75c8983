"""What happens around tickets: followers, snoozes, reminders; ids only, moments in ISO 8601."""

from zhiyin.platform.event_log.facts import Fact, fact

_SUBJECT = "ticket:{ticket_id}"


@fact("tickets.follower_added", subject=_SUBJECT)
class FollowerAdded(Fact):
    """Somebody follows the ticket now, by themselves, by a colleague or because a note named them."""

    ticket_id: int
    staff_id: int
    by_id: int | None


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
    by_id: int | None


@fact("tickets.woken", subject=_SUBJECT)
class TicketWoken(Fact):
    """A snoozed ticket is back, because of the time, the customer or the staff; by_id only for staff."""

    ticket_id: int
    reason: str
    by_id: int | None = None


@fact("tickets.returned", subject=_SUBJECT)
class TicketReturned(Fact):
    """The ticket is back at the front of its queue: what it waited for is over."""

    ticket_id: int
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


@fact("tickets.linked", subject=_SUBJECT)
class TicketsLinked(Fact):
    """The other ticket is this one's parent, child, related and so on from now; told on both."""

    ticket_id: int
    other_id: int
    relation: str
    by_id: int


@fact("tickets.unlinked", subject=_SUBJECT)
class TicketsUnlinked(Fact):
    """The other ticket is not this one's parent, child and so on any more; told on both."""

    ticket_id: int
    other_id: int
    relation: str
    by_id: int


@fact("tickets.merged", subject=_SUBJECT)
class TicketMerged(Fact):
    """merged_id is an alias of into_id from now; told on both."""

    ticket_id: int
    merged_id: int
    into_id: int
    by_id: int


@fact("tickets.unmerged", subject=_SUBJECT)
class TicketUnmerged(Fact):
    """A merge was undone: merged_id is a ticket of its own again; told on both."""

    ticket_id: int
    merged_id: int
    into_id: int
    by_id: int


@fact("tickets.split", subject=_SUBJECT)
class TicketSplit(Fact):
    """Messages moved from one ticket to a new one, which is opened by it; told on both."""

    ticket_id: int
    split_id: int
    into_id: int
    message_ids: list[int]
    by_id: int


@fact("tickets.checklist_changed", subject=_SUBJECT)
class ChecklistChanged(Fact):
    """Steps of the ticket's checklist were added, changed, ticked, moved or taken away."""

    ticket_id: int
    by_id: int | None


@fact("tickets.checklist_item_done", subject=_SUBJECT)
class ChecklistItemDone(Fact):
    """A step of the ticket's checklist is done."""

    ticket_id: int
    item_id: int
    by_id: int | None


@fact("tickets.time_logged", subject=_SUBJECT)
class TimeLogged(Fact):
    """Somebody noted the time they worked on the ticket."""

    ticket_id: int
    entry_id: int
    minutes: int
    by_id: int


@fact("tickets.time_corrected", subject=_SUBJECT)
class TimeCorrected(Fact):
    """Somebody put right or took back (0 minutes) the time they had noted."""

    ticket_id: int
    entry_id: int
    minutes: int
    by_id: int


@fact("tickets.mood_heard", subject=_SUBJECT)
class TicketMoodHeard(Fact):
    """The customer sounds otherwise than before, or somebody said how they sound; by_id is None when nobody did."""

    ticket_id: int
    mood: str
    was: str
    by_id: int | None = None


@fact("tickets.deadline_moved", subject=_SUBJECT)
class TicketDeadlineMoved(Fact):
    """The next promise on the ticket falls due at another time, or none does any more."""

    ticket_id: int


PERSONAL = (
    "tickets.reminder_set",
    "tickets.reminder_due",
)  # no line of a timeline, and nobody else's to hear


@fact("tickets.anonymised", subject=_SUBJECT)
class TicketAnonymised(Fact):
    """By a retention rule the ticket's words, names and files are gone; that it was stays."""

    ticket_id: int


@fact("tickets.forgotten", subject=_SUBJECT)
class TicketForgotten(Fact):
    """By a retention rule the ticket is gone."""

    ticket_id: int
