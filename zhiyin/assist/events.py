"""What machines found and people made of it, in the past tense; ids only."""

from zhiyin.platform.event_log.facts import Fact, fact

_SUBJECT = "ticket:{ticket_id}"


@fact("assist.ticket_read", subject=_SUBJECT)
class TicketRead(Fact):
    """What the customer wrote was read by machine: language, mood, risks, what it is about."""

    ticket_id: int
    risks: list[str]


@fact("assist.finding_rated", subject=_SUBJECT)
class FindingRated(Fact):
    """Staff used, changed or dismissed what was suggested."""

    ticket_id: int
    use_id: int
    outcome: str
    by_id: int


@fact("assist.model_activated", subject="assist:models")
class ModelActivated(Fact):
    """Another version of the classifier answers from now on; by_id is None when the training put it in place."""

    version_id: int
    was_id: int | None
    by_id: int | None


@fact("assist.settings_changed", subject="assist:settings")
class AssistSettingsChanged(Fact):
    """The endpoint or what is done by itself was changed."""

    by_id: int
