from zhiyin.platform.event_log.facts import Fact, fact


@fact("trust.rule_changed", subject="retention:{rule_id}")
class RetentionRuleChanged(Fact):
    """A retention rule was made, changed, switched off or on, or taken away."""

    rule_id: int
    by_id: int


@fact("trust.run_started", subject="retention:{rule_id}")
class RetentionRunStarted(Fact):
    """A retention rule began to be applied; `by_id` is None where the night did it."""

    run_id: int
    rule_id: int
    by_id: int | None


@fact("trust.run_ended", subject="retention:{rule_id}")
class RetentionRunEnded(Fact):
    """A retention rule was applied to all there was, or somebody stopped it."""

    run_id: int
    rule_id: int


@fact("trust.ticket_held", subject="ticket:{ticket_id}")
class TicketHeld(Fact):
    """No retention rule may touch the ticket from now on."""

    ticket_id: int
    by_id: int


@fact("trust.ticket_released", subject="ticket:{ticket_id}")
class TicketReleased(Fact):
    """Retention rules apply to the ticket again."""

    ticket_id: int
    by_id: int
