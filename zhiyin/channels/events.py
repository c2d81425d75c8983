from zhiyin.platform.event_log.facts import Fact, fact


@fact("channels.raw_stored", subject="arrival:{order}")
class RawMessageStored(Fact):
    """Something arrived and is safe; nobody has read it yet. Arrivals of one `order` are understood in turn."""

    raw_id: int
    channel_id: int
    order: str


@fact("channels.message_received", subject="sender:{sender_hash}")
class MessageReceived(Fact):
    """An arrived message is understood; messages of one sender keep their order."""

    inbound_id: int
    channel_id: int
    sender_hash: str


@fact("channels.delivery_sent", subject="delivery:{delivery_id}")
class DeliverySent(Fact):
    """The other side took the message."""

    delivery_id: int


@fact("channels.delivery_delivered", subject="delivery:{delivery_id}")
class DeliveryDelivered(Fact):
    """The message reached the customer."""

    delivery_id: int


@fact("channels.delivery_failed", subject="delivery:{delivery_id}")
class DeliveryFailed(Fact):
    """We gave up sending; the reason is on the delivery."""

    delivery_id: int


@fact("channels.delivery_bounced", subject="delivery:{delivery_id}")
class DeliveryBounced(Fact):
    """The other side took it and sent it back; the reason is on the delivery."""

    delivery_id: int


@fact("channels.channel_changed", subject="channel:{channel_id}")
class ChannelChanged(Fact):
    """A channel was added, changed, switched off or on."""

    channel_id: int
    by_id: int


@fact("channels.thread_continued", subject="thread:{thread_key}")
class ThreadContinued(Fact):
    """What belongs to a thread went out by another channel; answers to that delivery belong to the thread."""

    thread_key: str
    delivery_id: int


@fact("channels.thread_ended", subject="thread:{thread_key}")
class ThreadEnded(Fact):
    """The customer's side has ended the conversation."""

    thread_key: str
    channel_id: int


@fact("channels.rating_received", subject="thread:{thread_key}")
class RatingReceived(Fact):
    """A customer said through a channel how they found our service."""

    thread_key: str
    received_id: int


@fact("channels.answer_rated", subject="delivery:{delivery_id}")
class AnswerRated(Fact):
    """A customer said through a channel whether what a machine answered helped."""

    delivery_id: int
    helpful: bool


@fact("channels.source_opened", subject="delivery:{delivery_id}")
class SourceOpened(Fact):
    """A customer opened what a machine's answer was taken from."""

    delivery_id: int


@fact("channels.call_back_wished", subject="thread:{thread_key}")
class CallBackWished(Fact):
    """A customer who waits would rather be called."""

    thread_key: str
    wish_id: int


@fact("channels.call_back_unwished", subject="thread:{thread_key}")
class CallBackUnwished(Fact):
    """A customer who waits need not be called after all."""

    thread_key: str


@fact("channels.sender_blocked", subject="blocked:{kind}")
class SenderBlocked(Fact):
    """Messages of an address or a mail domain are held back from now on."""

    blocked_id: int
    kind: str
    by_id: int


@fact("channels.sender_unblocked", subject="blocked:{kind}")
class SenderUnblocked(Fact):
    """Messages of that address or mail domain come in again."""

    blocked_id: int
    kind: str
    by_id: int


@fact("channels.message_held", subject="channel:{channel_id}")
class MessageHeld(Fact):
    """A message of a blocked sender is kept, and opens no ticket until somebody lets it in."""

    inbound_id: int
    channel_id: int
