"""What a provider must do, and the shapes it speaks in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from zhiyin.channels.models import Channel, Delivery, RawMessage
    from zhiyin.platform.ops.findings import Finding


@dataclass(frozen=True, kw_only=True)
class ParsedAttachment:
    name: str
    media_type: str
    content: bytes
    cid: str = ""
    inline: bool = False


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A report that something we sent did not arrive."""

    message_id: str
    recipient: str
    status: str
    reason: str
    permanent: bool


@dataclass(frozen=True, kw_only=True)
class Party:
    """Somebody named on a message beside its sender (to, cc)."""

    role: str  # to | cc
    value: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class ParsedMessage:
    """What a raw message says, channel-neutral.

    `thread_keys` are tried in order to find the ticket it belongs to; `own_keys` are those by which
    later messages may refer to this one. `ticket_number` is only believed from a known participant.
    """

    sender_kind: str
    sender_value: str
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    quoted_text: str = ""
    html: str = ""
    sent_at: datetime | None = None
    thread_keys: list[str] = field(default_factory=list)
    own_keys: list[str] = field(default_factory=list)
    ticket_number: int | None = None
    automatic: str = ""  # '' | auto_reply | bounce | list | loop
    bounce: Bounce | None = None
    parties: list[Party] = field(default_factory=list)
    attachments: list[ParsedAttachment] = field(default_factory=list)
    headers: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, Any] = field(default_factory=dict)  # what staff should see of it beside its words
    content_key: str = ""  # equal for messages that say the same; '' where that means nothing
    unreadable: bool = False


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The other side took the message; `state` is 'sent', or 'delivered' where arrival is known at once."""

    provider_id: str = ""
    state: str = "sent"


class Provider(Protocol):
    """Beside these, a provider may have methods that only some need: `hear_staff` (see fleeting), `hear_case` (cases),
    `forget` and `forget_addresses` (commands/forgetting)."""

    kind: str
    name_zh: str
    name_en: str
    undo: bool  # may a reply be held back for the undo window?

    def parse(self, raw: RawMessage) -> ParsedMessage:
        """What the raw message says. Never raises for strange content: sets `unreadable`."""

    def message_id(self, delivery: Delivery) -> str:
        """The id under which the other side will know it, fixed before sending; '' where there is none."""

    def own_keys(self, delivery: Delivery) -> list[str]:
        """The thread keys by which answers to this delivery will refer to it."""

    def deliver(self, delivery: Delivery) -> Receipt:
        """Send it. Raises ledger.RetryLater or ledger.GiveUp with the reason."""

    def form(self) -> list[dict[str, Any]]:
        """The settings form: [{name, type: text|password|number|bool|choice|list|structure, zh, en, required, secret, ...}]."""

    def check(self, channel: Channel) -> list[Finding]:
        """A live test of the channel's settings (the channel may be unsaved)."""
