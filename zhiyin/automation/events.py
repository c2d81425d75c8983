"""What rules do and what becomes of them, in the past tense; ids only, and the rule's name as it was then."""

from __future__ import annotations

from zhiyin.platform.event_log.facts import Fact, fact

_ON_TICKET = "ticket:{ticket_id}"


@fact("automation.rule_acted", subject=_ON_TICKET)
class RuleActed(Fact):
    """A rule changed the ticket; what it did is told right before this."""

    ticket_id: int
    rule_id: int
    version: int
    name: str
    actions: list[str]


@fact("automation.rule_refused", subject=_ON_TICKET)
class RuleRefused(Fact):
    """A rule fitted and had no turn, since rules would have gone round or on and on; `reason` says which."""

    ticket_id: int
    rule_id: int
    version: int
    name: str
    reason: str  # cycle | chain | often


@fact("automation.notice_wanted", subject=_ON_TICKET)
class NoticeWanted(Fact):
    """A rule wants people told of the ticket."""

    ticket_id: int
    rule_id: int
    staff_ids: list[int]


@fact("automation.web_hook_wanted", subject=_ON_TICKET)
class WebHookWanted(Fact):
    """A rule wants one web-hook to hear of the ticket."""

    ticket_id: int
    rule_id: int
    webhook_id: int


@fact("automation.rule_switched_off", subject=_ON_TICKET)
class RuleSwitchedOff(Fact):
    """A rule failed too often in a row, last on this ticket, and is off; `owner_id` published it last."""

    ticket_id: int
    rule_id: int
    owner_id: int


@fact("automation.rules_changed", subject="automation:rules")
class RulesChanged(Fact):
    """Rules were published, put in another order, switched on or off, or taken away."""

    by_id: int | None
