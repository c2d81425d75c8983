"""What happens to tickets, in the past tense; ids only."""

from dataclasses import field
from typing import Any

from zhiyin.platform.event_log.facts import Fact, fact

_SUBJECT = "ticket:{ticket_id}"
# by_id is None for what a rule did, and where the customer's message or the time did it
# of facts about a status: `custom_id` is the custom status the ticket has now, `was_custom_id` the one before


@fact("tickets.opened", subject=_SUBJECT)
class TicketOpened(Fact):
    """A customer wrote about something new, or staff opened a case for them."""

    ticket_id: int
    customer_id: int
    channel_id: int
    by_id: int | None = None


@fact("tickets.customer_wrote", subject=_SUBJECT)
class CustomerWrote(Fact):
    """A message of the customer's side joined the timeline."""

    ticket_id: int
    message_id: int
    automatic: bool = False


@fact("tickets.message_repeated", subject=_SUBJECT)
class MessageRepeated(Fact):
    """A message came once more, by another way or under another id; it shows on the first."""

    ticket_id: int
    message_id: int
    inbound_id: int


@fact("tickets.reply_written", subject=_SUBJECT)
class ReplyWritten(Fact):
    """Staff answered; the delivery is owed."""

    ticket_id: int
    message_id: int
    by_id: int


@fact("tickets.reply_undone", subject=_SUBJECT)
class ReplyUndone(Fact):
    """Staff took an answer back before it left."""

    ticket_id: int
    message_id: int
    by_id: int


@fact("tickets.delivery_settled", subject=_SUBJECT)
class ReplySettled(Fact):
    """An answer was sent, delivered, bounced or failed."""

    ticket_id: int
    message_id: int
    state: str


@fact("tickets.note_written", subject=_SUBJECT)
class NoteWritten(Fact):
    """Staff left a note for colleagues."""

    ticket_id: int
    message_id: int
    by_id: int | None
    mentions: list[int]  # staff named by name or with a group
    mentioned_groups: list[int] = field(default_factory=list)


@fact("tickets.assigned", subject=_SUBJECT)
class TicketAssigned(Fact):
    """The ticket changed hands; `from_id` or `to_id` is None for nobody."""

    ticket_id: int
    from_id: int | None
    to_id: int | None
    by_id: int | None


@fact("tickets.moved", subject=_SUBJECT)
class TicketMoved(Fact):
    """The ticket went to another group; by_id is None when a rule moved it."""

    ticket_id: int
    from_group_id: int | None
    to_group_id: int | None
    by_id: int | None


@fact("tickets.reopened", subject=_SUBJECT)
class TicketReopened(Fact):
    """A solved, pending or held ticket is open again; by_id is None when the customer's message did it."""

    ticket_id: int
    was: str
    by_id: int | None
    custom_id: int | None = None
    was_custom_id: int | None = None


@fact("tickets.set_pending", subject=_SUBJECT)
class TicketSetPending(Fact):
    """We wait for the customer."""

    ticket_id: int
    was: str
    by_id: int | None
    custom_id: int | None = None
    was_custom_id: int | None = None


@fact("tickets.put_on_hold", subject=_SUBJECT)
class TicketPutOnHold(Fact):
    """We wait for somebody else."""

    ticket_id: int
    was: str
    by_id: int | None
    custom_id: int | None = None
    was_custom_id: int | None = None


@fact("tickets.resolved", subject=_SUBJECT)
class TicketResolved(Fact):
    """Staff closed the case as answered."""

    ticket_id: int
    was: str
    by_id: int | None
    custom_id: int | None = None
    was_custom_id: int | None = None


@fact("tickets.closed", subject=_SUBJECT)
class TicketClosed(Fact):
    """The case is over for good."""

    ticket_id: int
    was: str
    by_id: int | None
    custom_id: int | None = None
    was_custom_id: int | None = None


@fact("tickets.status_refined", subject=_SUBJECT)
class TicketStatusRefined(Fact):
    """The ticket got another custom status inside the fixed one it has, or none."""

    ticket_id: int
    status: str
    custom_id: int | None
    was_custom_id: int | None
    by_id: int | None


@fact("tickets.edited", subject=_SUBJECT)
class TicketEdited(Fact):
    """Subject, priority, type, category, tags or custom fields changed; those by key: `fields.order_no`.

    `was` and `now` have the values before and after of what is no free text: numbers of priority, type and category,
    choices of custom fields, and of tags those taken away and those added.
    """

    ticket_id: int
    fields: list[str]
    by_id: int | None
    was: dict[str, Any] = field(default_factory=dict)
    now: dict[str, Any] = field(default_factory=dict)


@fact("tickets.rated", subject=_SUBJECT)
class TicketRated(Fact):
    """The customer said how they found our service, from 1 to 5."""

    ticket_id: int
    rating_id: int
    score: int


@fact("tickets.customer_ended_chat", subject=_SUBJECT)
class CustomerEndedChat(Fact):
    """The customer ended the conversation from their side; the ticket stays as it is."""

    ticket_id: int


@fact("tickets.view_saved", subject="view:{view_id}")
class ViewSaved(Fact):
    """A view was made or changed; owner_id says whose, and is None when others see it or did until now."""

    view_id: int
    by_id: int
    owner_id: int | None


@fact("tickets.view_removed", subject="view:{view_id}")
class ViewRemoved(Fact):
    """A view was deleted; owner_id says whose it was, and is None when others saw it."""

    view_id: int
    by_id: int
    owner_id: int | None


@fact("tickets.layout_changed", subject="tickets:layout")
class TicketLayoutChanged(Fact):
    """What tickets can hold was changed: statuses, types, categories, fields, forms or templates."""

    what: str  # status | type | category | field | form | template
    id: int
    by_id: int


@fact("tickets.marked_as_spam", subject=_SUBJECT)
class TicketMarkedAsSpam(Fact):
    """Staff said that nobody needs to answer this; it is closed."""

    ticket_id: int
    was: str
    by_id: int


@fact("tickets.unmarked_as_spam", subject=_SUBJECT)
class TicketUnmarkedAsSpam(Fact):
    """It was no spam after all, and is as it was before."""

    ticket_id: int
    by_id: int


@fact("tickets.solved_by_customer", subject=_SUBJECT)
class TicketSolvedByCustomer(Fact):
    """The customer said that nothing is left to do."""

    ticket_id: int
    was: str
