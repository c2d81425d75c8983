"""One ticket while its story is told: keeps the same account of it that the domain's commands would."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhiyin.demo.customers import Customer
from zhiyin.demo.history import History
from zhiyin.demo.rows import array, moment, number, text
from zhiyin.demo.standing import Agent

PREVIEW_LENGTH = 140
SOLVED = ("solved", "closed")
_TOLD_BY = {
    "open": "reopened",
    "pending": "set_pending",
    "on_hold": "put_on_hold",
    "solved": "resolved",
    "closed": "closed",
}


@dataclass
class Case:
    id: int
    customer: Customer
    channel_id: int
    group_id: int | None
    opened_at: int
    history: History
    subject: str = ""
    status: str = "new"
    priority: int = 2
    assignee: Agent | None = None
    category_id: int | None = None
    tags: list[str] = field(default_factory=list)
    preview: str = ""
    last_message_at: int = 0
    last_message_from: str = "customer"
    waiting_since: int | None = None
    message_count: int = 0
    version: int = 1
    updated_at: int = 0
    solved_at: int | None = None
    words: list[str] = field(default_factory=list)  # all that was said, for search
    marks: dict[str, None] = field(default_factory=dict)  # as zhiyin.tickets.indexing notes them

    def open(self) -> None:
        self._mark(f"group:{self.group_id or 0}")
        self._tell(
            "opened",
            self.opened_at,
            f'"customer_id":{self.customer.id},"channel_id":{self.channel_id},"by_id":null',
        )

    def hear_customer(self, said: str, message_id: int, at: int) -> None:
        was = self.status
        self._note_message(said, "customer", at)
        self.waiting_since = self.waiting_since or at
        if was != "new":
            self.status, self.solved_at = "open", None
            if was != "open":
                self._tell("reopened", at, f'"was":"{was}","by_id":null')
        self._tell("customer_wrote", at, f'"message_id":{message_id},"automatic":false')

    def answer(self, said: str, message_id: int, by: Agent, at: int) -> None:
        self._note_message(said, "staff", at)
        self.waiting_since = None
        if self.status == "new":
            self.status = "open"
        self._tell("reply_written", at, f'"message_id":{message_id},"by_id":{by.id}')

    def note(self, said: str, message_id: int, by: Agent, mentions: list[int], at: int) -> None:
        self.words.append(said)
        self.updated_at = at
        self._tell("note_written", at, f'"message_id":{message_id},"by_id":{by.id},"mentions":{mentions}')

    def settle(self, message_id: int, state: str, at: int) -> None:
        self._tell("delivery_settled", at, f'"message_id":{message_id},"state":"{state}"')

    def hand_over(self, to: Agent, by: Agent, at: int) -> None:
        was = self.assignee.id if self.assignee else None
        if was == to.id:
            return
        self.assignee = to
        self._mark(f"staff:{to.id}")
        self._touch(at)
        self._tell("assigned", at, f'"from_id":{_json(was)},"to_id":{to.id},"by_id":{by.id}')

    def move(self, group_id: int, by: Agent, at: int) -> None:
        if group_id == self.group_id:
            return
        was, self.group_id = self.group_id, group_id
        self._mark(f"group:{group_id}")
        self._touch(at)
        self._tell("moved", at, f'"from_group_id":{_json(was)},"to_group_id":{group_id},"by_id":{by.id}')

    def edit(self, *, category_id: int, priority: int, tags: list[str], by: Agent, at: int) -> None:
        changed = ["category_id"]
        if priority != self.priority:
            changed.append("priority")
        if tags != self.tags:
            changed.append("tags")
        self.category_id, self.priority, self.tags = category_id, priority, tags
        self._touch(at)
        fields = ",".join(f'"{name}"' for name in changed)
        self._tell("edited", at, f'"fields":[{fields}],"by_id":{by.id}')

    def change_status(self, status: str, by: Agent, at: int) -> None:
        was = self.status
        if was == status:
            return
        self.status = status
        self.solved_at = at if status in SOLVED else None
        if self.solved_at is not None:
            self.waiting_since = None
        self._touch(at)
        self._tell(_TOLD_BY[status], at, f'"was":"{was}","by_id":{by.id}')

    def columns(self) -> list[str]:
        """The ticket's row, as rows.COLUMNS names them."""
        return [
            str(self.id),
            text(self.subject),
            self.status,
            str(self.priority),
            str(self.channel_id),
            str(self.customer.id),
            number(self.group_id),
            number(self.assignee.id if self.assignee else None),
            number(self.category_id),
            array(self.tags),
            text(self.preview),
            moment(self.last_message_at),
            self.last_message_from,
            moment(self.waiting_since),
            str(self.message_count),
            str(self.version),
            moment(self.opened_at),
            moment(self.updated_at),
            moment(self.solved_at),
        ]

    def searched(self) -> str:
        """All words it is found by."""
        about = [
            self.subject,
            self.customer.name.full,
            self.customer.company,
            f"#{self.id}",
            " ".join(self.tags),
        ]
        return "\n".join([*about, *self.words])

    def _note_message(self, said: str, author: str, at: int) -> None:
        self.words.append(said)
        day = moment(at)[:10]
        self._mark(day)
        self._mark(day[:7])
        self.preview = " ".join(said[: PREVIEW_LENGTH * 4].split())[:PREVIEW_LENGTH]
        self.last_message_from = author
        self.last_message_at = at
        self.message_count += 1
        self._touch(at)

    def _mark(self, told: str) -> None:
        self.marks[f"@{told}"] = None

    def _touch(self, at: int) -> None:
        self.updated_at = at
        self.version += 1

    def _tell(self, name: str, at: int, payload: str) -> None:
        self.history.tell(f"tickets.{name}", "ticket", self.id, payload, at)


def _json(value: int | None) -> str:
    return "null" if value is None else str(value)
