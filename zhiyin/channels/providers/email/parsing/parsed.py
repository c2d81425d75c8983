"""What a mail says, once understood."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Automatic = Literal["", "auto_reply", "bounce", "list", "loop"]


@dataclass(frozen=True, slots=True)
class Address:
    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes = field(repr=False)
    cid: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient of a delivery report. `action` is RFC 3464's: failed, delayed, delivered, relayed, expanded."""

    address: str
    action: str = "failed"
    status: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """Which of our messages came back, for whom, and why."""

    recipients: tuple[FailedRecipient, ...] = ()
    original_message_id: str = ""
    delivery_key: str = ""  # ours, where the report holds a copy of the mail with our header

    @property
    def failed(self) -> tuple[FailedRecipient, ...]:
        return tuple(recipient for recipient in self.recipients if recipient.action == "failed")


@dataclass(frozen=True, slots=True)
class Authentication:
    """What the receiving server found: "pass", "fail", "softfail", "none"… or "" where it said nothing.

    `verdict` on the address in From: verified, failed, unproven, or "" where nobody we believe looked; `by_us` where
    we looked ourselves."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    server: str = ""
    by_us: bool = False
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class ParsedMail:
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: Address = Address("")
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    sent_at: datetime | None = None
    text: str = ""
    quoted_text: str = ""
    html: str = ""
    has_remote_images: bool = False
    attachments: tuple[Attachment, ...] = ()
    omitted_parts: int = 0
    calendar: str = ""
    seals: dict[str, Any] = field(default_factory=dict)  # what signatures and ciphers turned out to be
    certificates: tuple[tuple[str, str, str], ...] = ()  # keys of the sender: (kind, fingerprint, key)
    automatic: Automatic = ""
    bounce: Bounce | None = None
    reply_key: str = ""
    ticket_number: int | None = None
    authentication: Authentication = Authentication()
    headers: tuple[tuple[str, str], ...] = ()
    unreadable: bool = False

    @property
    def thread_ids(self) -> tuple[str, ...]:
        """Message ids this mail answers, the likeliest first: In-Reply-To, then References from the last back."""
        return tuple(dict.fromkeys((*self.in_reply_to, *reversed(self.references))))
