"""Cases from the company's own shop program, which speaks to the API channel."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from zhiyin.demo import company
from zhiyin.demo.mails import File
from zhiyin.demo.rhythm import SECOND
from zhiyin.demo.standing import Agent
from zhiyin.demo.threads import Inbound, Outcome, Thread

SUBJECT_LENGTH = 60


class ShopThread(Thread):
    kind = "api"

    @property
    def name(self) -> str:
        """The shop's own name of the conversation."""
        return f"shop-{self.case.id}"

    @property
    def key(self) -> str:
        return f"api:{company.SHOP}:{self.name}"

    def customer_says(self, said: str, at: int, files: list[File]) -> None:
        external_id = self.chunk.token()
        subject = self.case.subject if not self.case.message_count else ""
        kind, value = self.sender
        told: dict[str, Any] = {
            "external_id": external_id,
            "thread_id": self.name,
            "sender": {"kind": kind, "value": value, "name": self.case.customer.name.full},
            "subject": subject,
            "text": said,
            "html": "",
            "attachments": [],
            "sent_at": datetime.fromtimestamp(at // SECOND, UTC).isoformat(),
        }
        inbound = Inbound(
            raw=json.dumps(told, ensure_ascii=False).encode(),
            external_id=external_id,
            thread_keys=[self.key],
            own_keys=[self.key],
            headers={"thread": self.name, "message_id": external_id},
            subject=subject or " ".join(said.split())[:SUBJECT_LENGTH],
        )
        self.take_in(said, at, inbound, files)

    def agent_says(self, said: str, by: Agent, at: int, files: list[File]) -> None:
        more = {"thread": self.name, "subject": f"Re: {self.case.subject} [#{self.case.id}]"}
        self.send_out(said, by, at, files, more, self.in_time(Outcome("sent"), at))

    def finish(self) -> None:
        super().finish()
        self.remember(self.key)
