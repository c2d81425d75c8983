from zhiyin.platform.event_log.facts import Fact, fact


@fact("integrations.webhook_disabled", subject="webhook:{webhook_id}")
class WebhookDisabled(Fact):
    """A web-hook failed for so long that nothing more is sent to it."""

    webhook_id: int
    reason: str
