from zhiyin.platform.event_log.facts import Fact, fact


@fact("chat.line_added", subject="conversation:{conversation_id}")
class LineAdded(Fact):
    """A message joined a transcript."""

    conversation_id: int
    line_id: int


@fact("chat.read_by_staff", subject="conversation:{conversation_id}")
class ReadByStaff(Fact):
    """Staff have seen the transcript up to a number."""

    conversation_id: int
    up_to: int


@fact("chat.case_changed", subject="conversation:{conversation_id}")
class CaseChanged(Fact):
    """The case behind a conversation is over or goes on; its visitor is asked for a rating or no longer."""

    conversation_id: int
    is_over: bool
    asks_rating: bool
