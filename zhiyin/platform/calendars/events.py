from zhiyin.platform.event_log.facts import Fact, fact


@fact("platform.calendar_changed", subject="calendar:{calendar_id}")
class CalendarChanged(Fact):
    """Business hours were added, changed or taken away; what was computed with them may be due anew."""

    calendar_id: int
    by_id: int
