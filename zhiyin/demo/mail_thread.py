"""Cases by e-mail: real raw mails that answer each other, deliveries that arrive, bounce or fail."""

from __future__ import annotations

import hashlib

from zhiyin.demo import company, mails
from zhiyin.demo.case import Case
from zhiyin.demo.chunk import Chunk
from zhiyin.demo.mails import File
from zhiyin.demo.rhythm import HOUR, SECOND
from zhiyin.demo.rows import structure
from zhiyin.demo.standing import Agent
from zhiyin.demo.threads import Inbound, Outcome, Thread

_BOUNCES = (
    "5.1.1 550 User unknown 收件人不存在",
    "5.2.2 552 Mailbox full 对方邮箱已满",
    "5.7.1 554 Message rejected as spam 被对方判为垃圾邮件",
)
_FAILURES = (
    "连接对方邮件服务器超时，已重试 12 次。 Connecting to the mail server timed out, 12 attempts.",
    "535 5.7.8 邮箱登录被拒绝，请检查授权码。 The server refused our password.",
)
_PUT_OFF = "421 4.7.0 对方服务器暂时拒收，稍后再试。 The other server asks us to try again later."


class MailThread(Thread):
    kind = "email"

    def __init__(self, chunk: Chunk, case: Case) -> None:
        super().__init__(chunk, case)
        self.ids: list[str] = []  # message ids on the thread, oldest first
        self.last_answer: tuple[str, str, int] | None = None  # text, author, moment
        self.last_key = ""  # of our last answer
        self.writes_html = chunk.rng.random() < 0.2

    @property
    def sender(self) -> tuple[str, str]:
        return "email", self.case.customer.email

    def customer_says(self, said: str, at: int, files: list[File]) -> None:
        rng, customer = self.chunk.rng, self.case.customer
        body = mails.customer_writes(said, customer, rng)
        quoted = ""
        if self.last_answer is not None and rng.random() < 0.6:
            earlier, author, earlier_at = self.last_answer
            quoted = mails.quote(earlier, author=author, address=company.MAILBOX, at=earlier_at)
        html = mails.as_html(body, picture=rng.random() < 0.2) if self.writes_html else ""
        message_id = f"<{self.chunk.token(64)}.{self.case.id}@{customer.email.rpartition('@')[2]}>"
        answers_us = self.last_answer is not None
        subject = f"Re: {self._subject_of_ours()}" if answers_us else self.case.subject
        raw = mails.raw_mail(
            message_id=message_id,
            at=at,
            sender=(customer.name.full, customer.email),
            to=(company.NAME, company.MAILBOX),
            subject=subject,
            body=f"{body}\n\n{quoted}" if quoted else body,
            html=html,
            references=self.ids[-10:],
            files=files,
        )
        inbound = Inbound(
            raw=raw,
            external_id=_external_id(message_id, raw),
            thread_keys=self._thread_keys(),
            own_keys=[f"mid:{message_id}"],
            headers={"message_id": message_id, "to": [company.MAILBOX]},
            subject=subject,
            quoted=quoted,
            html=html,
            ticket_number=self.case.id if answers_us else None,
        )
        self.take_in(body, at, inbound, files)
        self.remember(f"mid:{message_id}")
        self.ids.append(message_id)

    def agent_says(self, said: str, by: Agent, at: int, files: list[File]) -> None:
        body = mails.agent_writes(said, self.case.customer, by.name)
        key = self.chunk.token()
        message_id = f"<{key}.zhiyin@{company.DOMAIN}>"
        more = {
            "key": key,
            "subject": f"Re: {self._subject_of_ours()}",
            "message_id": message_id,
            "in_reply_to": self.ids[-1] if self.ids else "",
            "references": structure(self.ids[-10:]),
        }
        self.send_out(body, by, at, files, more, self.in_time(self._outcome(at), at))
        self.remember(f"mid:{message_id}")
        self.remember(f"reply:{key}")
        self.ids.append(message_id)
        self.last_key = key
        self.last_answer = (body, by.name, at)

    def _subject_of_ours(self) -> str:
        return f"{self.case.subject} [#{self.case.id}]"

    def _thread_keys(self) -> list[str]:
        ours = [f"reply:{self.last_key}"] if self.last_key else []
        return ours + [f"mid:{one}" for one in self.ids[-10:][::-1]]

    def _outcome(self, at: int) -> Outcome:
        draw = self.chunk.rng.random()
        if draw < 0.004:
            return Outcome("bounced", self.chunk.rng.choice(_BOUNCES), after=90 * SECOND)
        if draw < 0.006:
            return Outcome("failed", self.chunk.rng.choice(_FAILURES), after=6 * HOUR)
        if draw < 0.1 and at > self.chunk.now - 24 * HOUR:
            return Outcome("queued", _PUT_OFF, after=0, retry_in=int((1 + draw * 30) * HOUR))
        return Outcome("sent")


def _external_id(message_id: str, raw: bytes) -> str:
    """As taking in would make it, so that the same mail piped in once more is known."""
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    return f"{message_id}:{hashlib.sha256(body).hexdigest()[:16]}"
