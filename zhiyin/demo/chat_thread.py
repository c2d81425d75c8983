"""Cases from the web chat: a visitor who is signed in on the shop's pages, and their transcript."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from zhiyin.demo.case import Case
from zhiyin.demo.chunk import Chunk
from zhiyin.demo.mails import File
from zhiyin.demo.rhythm import SECOND
from zhiyin.demo.rows import TRUE, moment, number, text
from zhiyin.demo.standing import Agent
from zhiyin.demo.threads import Inbound, Outcome, Thread

SUBJECT_LENGTH = 60
_PAGES = ("/product/h3", "/order/list", "/help", "/cart", "/product/a2", "/member")


class ChatThread(Thread):
    kind = "chat"
    is_live = True

    def __init__(self, chunk: Chunk, case: Case) -> None:
        super().__init__(chunk, case)
        self.conversation = chunk.next_id("chat_conversation")
        self.page = f"https://shop.example.com{chunk.rng.choice(_PAGES)}"
        self.lines = self.read_by_visitor = self.read_by_staff = 0
        self.seen_at = case.opened_at

    def customer_says(self, said: str, at: int, files: list[File]) -> None:
        client_id = self.chunk.token(64)
        key = f"chat:{self.conversation}"
        if not self.case.subject:
            self.case.subject = _subject(said)
        headers = {
            "thread": str(self.conversation),
            "page_url": self.page,
            "locale": self.case.customer.language,
            "also_known_as": self._also_known_as(),
        }
        inbound = Inbound(
            raw=self._raw_content(said, at),
            external_id=f"{self.conversation}:{client_id}",
            thread_keys=[key],
            own_keys=[key],
            headers=headers,
            subject=_subject(said),
        )
        raw_id = self.take_in(said, at, inbound, files)
        self.read_by_visitor = self.lines
        self._line("visitor", self.case.customer.name.full, said, client_id, raw_id, None, at)
        self.seen_at = at

    def agent_says(self, said: str, by: Agent, at: int, files: list[File]) -> None:
        is_read = self.chunk.rng.random() < 0.93
        line_id = self.chunk.next_id("chat_line")
        more = {"thread": str(self.conversation), "provider_id": str(line_id)}
        more["subject"] = f"Re: {self.case.subject} [#{self.case.id}]"
        end = self.in_time(Outcome("delivered" if is_read else "sent", after=SECOND), at)
        delivery_id = self.send_out(said, by, at, files, more, end)
        if end.state == "queued":  # it becomes a line of the transcript when it is delivered
            return
        self.read_by_staff = self.lines
        self._line("agent", by.name, said, "", None, delivery_id, at, line_id=line_id)

    def finish(self) -> None:
        super().finish()
        self.remember(f"chat:{self.conversation}")
        customer, channel = self.case.customer, str(self.case.channel_id)
        language = customer.language
        self.rows.add(
            "chat_visitor",
            *(
                str(self.conversation),
                channel,
                customer.account,
                text(customer.name.full),
                customer.email,
                TRUE,
            ),
            *(customer.phone, language, self.page, moment(self.case.opened_at)),
        )
        read = (str(self.lines), str(self.read_by_visitor), str(self.read_by_staff))
        self.rows.add(
            "chat_conversation", str(self.conversation), str(self.conversation), *read, moment(self.seen_at)
        )

    def _also_known_as(self) -> list[dict[str, object]]:
        known = [("email", self.case.customer.email), ("phone", self.case.customer.phone)]
        return [{"kind": kind, "value": value, "verified": True} for kind, value in known if value]

    def _line(
        self,
        side: str,
        name: str,
        said: str,
        client_id: str,
        raw_id: int | None,
        delivery_id: int | None,
        at: int,
        *,
        line_id: int | None = None,
    ) -> None:
        self.lines += 1
        line_id = line_id or self.chunk.next_id("chat_line")
        place = (str(line_id), str(self.conversation), str(self.lines))
        self.rows.add(
            "chat_line",
            *place,
            side,
            text(name),
            text(said),
            client_id,
            number(raw_id),
            number(delivery_id),
            moment(at),
        )

    def _raw_content(self, said: str, at: int) -> bytes:
        customer = self.case.customer
        kind, value = self.sender
        told = {
            "conversation": self.conversation,
            "sender": {"kind": kind, "value": value, "name": customer.name.full},
            "email": customer.email,
            "email_proven": True,
            "phone": customer.phone,
            "locale": customer.language,
            "page_url": self.page,
            "text": said,
            "file_ids": [],
            "at": datetime.fromtimestamp(at // SECOND, UTC).isoformat(),
        }
        return json.dumps(told, ensure_ascii=False).encode()


def _subject(said: str) -> str:
    return " ".join(said.split())[:SUBJECT_LENGTH]
