"""How a case's messages are stored, whatever the channel: the source, the timeline entry, the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from zhiyin.demo.case import Case
from zhiyin.demo.chunk import Chunk
from zhiyin.demo.mails import File
from zhiyin.demo.rhythm import SECOND
from zhiyin.demo.rows import FALSE, NULL, array, content, moment, number, structure, text
from zhiyin.demo.standing import Agent


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a customer's message says beside its text."""

    raw: bytes
    external_id: str
    thread_keys: list[str]
    own_keys: list[str]
    headers: dict[str, Any]
    subject: str = ""
    quoted: str = ""
    html: str = ""
    ticket_number: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an answer."""

    state: str = "sent"
    reason: str = ""
    after: int = 12 * SECOND  # from writing until it is settled
    retry_in: int | None = None  # of a queued one that the other side put off


class Thread:
    """A case's correspondence on one channel. Kinds of channel fill in the rest."""

    kind: ClassVar[str]
    is_live: ClassVar[bool] = False

    def __init__(self, chunk: Chunk, case: Case) -> None:
        self.chunk, self.case = chunk, case
        self.rows = chunk.rows

    @property
    def sender(self) -> tuple[str, str]:
        """Kind and value of the identity the customer writes as."""
        return "external", self.case.customer.account

    def customer_says(self, said: str, at: int, files: list[File]) -> None:
        raise NotImplementedError

    def agent_says(self, said: str, by: Agent, at: int, files: list[File]) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        """Write what is known only at the end."""
        kind, value = self.sender
        participant = (str(self.case.id), kind, text(value), text(self.case.customer.name.full), "requester")
        self.rows.add("tickets_participant", *participant)

    def note(self, said: str, by: Agent, at: int) -> None:
        message_id = self._message("note", at, staff=by.id, said=said)
        self.case.note(said, message_id, by, [], at)

    def take_in(self, said: str, at: int, inbound: Inbound, files: list[File]) -> int:
        """Store a customer's message and put it on the timeline; returns the raw message's number."""
        raw_id = self._raw(inbound, at)
        inbound_id = self._inbound(raw_id, said, at, inbound, files)
        message_id = self._message("inbound", at, customer=self.case.customer.id, inbound=inbound_id)
        self.case.hear_customer(said, message_id, at)
        self.case.words.append(f"{self.case.customer.name.full} {self.sender[1]}")
        return raw_id

    def send_out(
        self, said: str, by: Agent, at: int, files: list[File], more: dict[str, str], end: Outcome
    ) -> int:
        """Store an answer with what became of it; `more` gives further columns. Returns the delivery's number."""
        delivery_id = self.chunk.next_id("channels_delivery")
        self._delivery(delivery_id, said, by, at, more, end)
        for file in files:
            self.rows.add("channels_deliveryattachment", str(delivery_id), str(file.id))
        message_id = self._message("outbound", at, staff=by.id, delivery=delivery_id)
        self.case.answer(said, message_id, by, at)
        if end.state == "bounced":
            self.case.settle(message_id, "sent", at + 12 * SECOND)
        if end.state == "queued":
            self._owe(delivery_id, at, end)
        else:
            self.case.settle(message_id, end.state, at + end.after)
        return delivery_id

    def in_time(self, end: Outcome, at: int) -> Outcome:
        """The outcome if it is known by now; else the message is still on its way."""
        return end if at + end.after <= self.chunk.now else Outcome("queued")

    def remember(self, key: str) -> None:
        """Later messages that refer to the key belong to this case."""
        self.rows.add("tickets_threadkey", text(key), str(self.case.id))

    def _raw(self, inbound: Inbound, at: int) -> int:
        raw_id = self.chunk.next_id("channels_rawmessage")
        channel = str(self.case.channel_id)
        self.rows.add(
            "channels_rawmessage",
            str(raw_id),
            channel,
            text(inbound.external_id),
            content(inbound.raw),
            moment(at),
        )
        return raw_id

    def _inbound(self, raw_id: int, said: str, at: int, inbound: Inbound, files: list[File]) -> int:
        inbound_id = self.chunk.next_id("channels_inboundmessage")
        kind, value = self.sender
        self.rows.add(
            "channels_inboundmessage",
            str(inbound_id),
            str(self.case.channel_id),
            str(raw_id),
            kind,
            text(value),
            text(self.case.customer.name.full),
            text(inbound.subject),
            text(said),
            text(inbound.quoted),
            text(inbound.html),
            array(inbound.thread_keys),
            array(inbound.own_keys),
            number(inbound.ticket_number),
            "",
            NULL,
            structure(inbound.headers),
            moment(at - at % SECOND),
            moment(at),
        )
        for file in files:
            self.rows.add("channels_inboundattachment", str(inbound_id), str(file.id), "", FALSE)
        return inbound_id

    def _delivery(
        self, delivery_id: int, said: str, by: Agent, at: int, more: dict[str, str], end: Outcome
    ) -> None:
        kind, value = self.sender
        sent = end.state in ("sent", "delivered", "bounced")
        settled = None if end.state == "queued" else at + end.after
        self.rows.add(
            "channels_delivery",
            str(delivery_id),
            str(self.case.channel_id),
            more.get("key") or self.chunk.token(),
            kind,
            text(value),
            text(self.case.customer.name.full),
            more.get("thread", ""),
            text(more.get("subject", "")),
            text(said),
            text(by.name),
            text(more.get("message_id", "")),
            text(more.get("in_reply_to", "")),
            more.get("references", "[]"),
            end.state,
            text(end.reason),
            "0",
            more.get("provider_id", ""),
            moment(at),
            moment(at if self.is_live else at + 10 * SECOND),
            moment(at + min(end.after, 12 * SECOND) if sent else None),
            moment(settled),
        )

    def _owe(self, delivery_id: int, at: int, end: Outcome) -> None:
        due = at + 10 * SECOND if end.retry_in is None else self.chunk.now + end.retry_in
        payload = f'{{"delivery_id":{delivery_id}}}'
        attempts = "0" if end.retry_in is None else "3"
        owed = (f"channels.deliver.{self.kind}", f"delivery:{delivery_id}:0", payload, "waiting", attempts)
        self.rows.add("ledger_effect", *owed, moment(due), text(end.reason), NULL)

    def _message(
        self,
        kind: str,
        at: int,
        *,
        staff: int | None = None,
        customer: int | None = None,
        inbound: int | None = None,
        delivery: int | None = None,
        said: str = "",
    ) -> int:
        message_id = self.chunk.next_id("tickets_message")
        numbers = map(number, (staff, customer, inbound, delivery))
        ids = (str(message_id), str(self.case.id))
        self.rows.add("tickets_message", *ids, kind, moment(at), *numbers, text(said), "{}")
        return message_id
