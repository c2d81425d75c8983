"""What happens while answers are written, in the past tense; ids only."""

from zhiyin.platform.event_log.facts import Fact, fact

_SUBJECT = "ticket:{ticket_id}"


@fact("tickets.customer_told", subject=_SUBJECT)
class CustomerTold(Fact):
    """The customer was told something that nobody wrote to them alone; who waited for an answer waits still."""

    ticket_id: int
    message_id: int
    by_id: int | None = None


@fact("tickets.reply_taken_over", subject=_SUBJECT)
class ReplyTakenOver(Fact):
    """Somebody took the turn to answer from a colleague who was writing."""

    ticket_id: int
    from_id: int
    by_id: int


@fact("tickets.draft_shared", subject=_SUBJECT)
class DraftShared(Fact):
    """Staff let colleagues see what they are writing."""

    ticket_id: int
    draft_id: int
    by_id: int


@fact("tickets.draft_taken_over", subject=_SUBJECT)
class DraftTakenOver(Fact):
    """Staff go on with a draft that a colleague shared."""

    ticket_id: int
    draft_id: int
    from_id: int
    by_id: int


@fact("tickets.draft_withdrawn", subject=_SUBJECT)
class DraftWithdrawn(Fact):
    """A shared draft is nobody else's to see any more: kept for oneself, or emptied."""

    ticket_id: int
    draft_id: int
    by_id: int


@fact("tickets.answered_from_knowledge", subject=_SUBJECT)
class AnsweredFromKnowledge(Fact):
    """An answer was taken, wholly or in part, from versions of knowledge entries; without a person: by the machine."""

    ticket_id: int
    message_id: int
    version_ids: list[int]
    by_id: int | None


@fact("tickets.risky_words_sent", subject=_SUBJECT)
class RiskyWordsSent(Fact):
    """An answer left with words that rules warn of; its writer was warned and sent it all the same, or nobody wrote it."""

    ticket_id: int
    message_id: int
    rule_ids: list[int]
    by_id: int | None
