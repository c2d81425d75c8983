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


@fact("assist.mood_version_activated", subject="assist:models")
class MoodVersionActivated(Fact):
    """Another version learned from corrected moods goes before the lexicon, None: the lexicon alone; by_id is None when
    the training put it in place."""

    version_id: int | None
    by_id: int | None


@fact("assist.recalibration_activated", subject="assist:models")
class RecalibrationActivated(Fact):
    """Chances of automatic answers are set right by another version, None: they are as they ship; by_id is None when the
    job did it."""

    version_id: int | None
    by_id: int | None


@fact("assist.settings_changed", subject="assist:settings")
class AssistSettingsChanged(Fact):
    """The endpoint or what is done by itself was changed."""

    by_id: int


@fact("assist.question_answered", subject=_SUBJECT)
class QuestionAnswered(Fact):
    """A machine answered a customer's question from the knowledge base; the ticket is nobody's still."""

    ticket_id: int
    answer_id: int


@fact("assist.left_to_people", subject=_SUBJECT)
class LeftToPeople(Fact):
    """A machine leaves a conversation to people: it is not sure, the customer asked, or the answer did not help.

    Where the question is of a category that is switched off: that category, where there is one, and the switch's.
    """

    ticket_id: int
    reason: str
    category_id: int | None = None
    switched_category_id: int | None = None  # None: what holds by default
    switched_channel_id: int | None = None  # None: of every channel


@fact("assist.source_opened", subject=_SUBJECT)
class AnswerSourceOpened(Fact):
    """The customer opened what an automatic answer was taken from."""

    ticket_id: int
    answer_id: int


@fact("assist.answer_rated", subject=_SUBJECT)
class AutomaticAnswerRated(Fact):
    """The customer said whether what a machine answered helped."""

    ticket_id: int
    answer_id: int
    helpful: bool
