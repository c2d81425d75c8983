"""Telling a story: plays it turn by turn against the clock, until it ends or the present is reached."""

from __future__ import annotations

from functools import cache
from random import Random

from zhiyin.demo.case import Case
from zhiyin.demo.catalogue import Product, products
from zhiyin.demo.chat_thread import ChatThread
from zhiyin.demo.chunk import Chunk
from zhiyin.demo.customers import Customer
from zhiyin.demo.facts import Facts
from zhiyin.demo.mail_thread import MailThread
from zhiyin.demo.mails import File
from zhiyin.demo.rhythm import DAY, HOUR, SECOND, answer_time, in_opening_hours, reply_time
from zhiyin.demo.script import Story, Turn, render, stories
from zhiyin.demo.shop_thread import ShopThread
from zhiyin.demo.standing import Agent
from zhiyin.demo.threads import Thread

THREADS: dict[str, type[Thread]] = {"email": MailThread, "chat": ChatThread, "api": ShopThread}
CLOSED_SHARE = 0.35


class Telling:
    """One case: who, about what, on which channel, and how far the story goes."""

    def __init__(self, chunk: Chunk, *, ticket_id: int, customer: Customer, at: int, is_first: bool) -> None:
        self.chunk, self.rng = chunk, chunk.rng
        self.story = _story_for(customer, self.rng)
        kind = _channel_for(self.story, customer, is_first=is_first, rng=self.rng)
        self.at, self.group = at, self.story.settings["group"]
        standing = chunk.standing
        self.case = Case(
            ticket_id, customer, standing.channels[kind], standing.default_groups[kind], at, chunk.history
        )
        self.thread = THREADS[kind](chunk, self.case)
        self.product = self.rng.choice(_fitting_products(self.story.settings.get("product", "")))
        self.facts = Facts(
            self.rng, customer=customer, product=self.product, other=self.rng.choice(products()), at=at
        )
        self.agent = self._choose_agent()
        self.rested = True  # nobody has waited for an answer just now
        self.files: list[File] = []

    def tell(self) -> None:
        """Play the story and write down all it leaves behind."""
        if self.thread.kind != "chat":
            self.case.subject = render(self.story.subjects, self.rng, self.facts)
        self.case.open()
        turns = self._turns()
        for index, turn in enumerate(turns):
            if not self._play(turn, then=turns[index + 1] if index + 1 < len(turns) else None):
                break
        self._settle_down(len(turns))
        self.thread.finish()
        self.chunk.rows.add("tickets_ticket", *self.case.columns())

    def _turns(self) -> list[Turn]:
        """The turns that happen this time; only the first few of a case that lingers."""
        draws: dict[int, float] = {}
        chosen = [
            turn
            for turn in self.story.turns
            if turn.chance == 100 or draws.setdefault(turn.bundle, self.rng.random() * 100) < turn.chance
        ]
        age = self.chunk.now - self.at
        if self.rng.random() >= self.chunk.task.lingering * 2 ** (-age / (8 * DAY)):
            return chosen
        spoken = [index for index, turn in enumerate(chosen) if turn.kind in "ca"]
        end = self.rng.choice(spoken[:-1] or spoken)
        if chosen[end].kind == "c" and age > 2 * DAY and self.rng.random() < 0.6:
            end = next((index for index in spoken if index > end and chosen[index].kind == "a"), end)
        return chosen[: end + 1]

    def _play(self, turn: Turn, *, then: Turn | None) -> bool:
        """One turn; False when it would lie in the future."""
        if turn.kind == "~":
            self.at += int(turn.seconds * SECOND * (0.6 + self.rng.random() * 0.8))
            self.rested = True
        elif turn.kind == "c":
            return self._customer_speaks(turn)
        elif self._agent_comes():
            self._agent_acts(turn, then)
        return self.at < self.chunk.now

    def _customer_speaks(self, turn: Turn) -> bool:
        if self.case.message_count and not self.rested:
            self.at = reply_time(self.at, live=self.thread.is_live, rng=self.rng)
        said = render(turn.text, self.rng, self.facts)
        for part in self._parts(said):
            if self.at >= self.chunk.now:
                return False
            self.thread.customer_says(part, self.at, self._photos(part))
            self.at += int((5 + self.rng.random() * 25) * SECOND) if self.thread.is_live else 0
        self.rested = False
        return True

    def _agent_comes(self) -> bool:
        """Somebody of the right group takes the case, once."""
        if self.case.assignee is not None:
            return True
        self.at = answer_time(self.at, live=self.thread.is_live, rng=self.rng)
        if self.at >= self.chunk.now:
            return False
        standing, group_id = self.chunk.standing, self.chunk.standing.groups[self.group]
        by = self.chunk.standing.lead(self.group) if self.rng.random() < 0.5 else self.agent
        self.case.move(group_id, by, self.at)
        self.case.hand_over(self.agent, by if by.id != self.agent.id else self.agent, self.at)
        self.case.edit(
            category_id=standing.categories[self.story.settings["category"]],
            priority=self._priority(),
            tags=self.story.tags,
            by=self.agent,
            at=self.at + 20 * SECOND,
        )
        self.at += 25 * SECOND
        return True

    def _agent_acts(self, turn: Turn, then: Turn | None) -> None:
        if turn.kind == "a":
            self._agent_answers(turn, then)
        elif turn.kind == "n":
            self.at = in_opening_hours(self.at + int(self.rng.random() * HOUR), self.rng)
            if self.at < self.chunk.now:
                self.thread.note(render(turn.text, self.rng, self.facts), self.agent, self.at)
                self.at += int((30 + self.rng.random() * 240) * SECOND)
        elif turn.kind == "=":
            self.case.change_status(turn.word, self.agent, self.at)
        elif turn.kind == ">":
            self.group = turn.word
            before, self.agent = self.agent, self._choose_agent()
            self.case.move(self.chunk.standing.groups[turn.word], before, self.at)
            self.case.hand_over(self.agent, before, self.at)

    def _agent_answers(self, turn: Turn, then: Turn | None) -> None:
        if not self.rested and self.case.last_message_from == "customer" and self.case.message_count > 1:
            self.at = answer_time(self.at, live=self.thread.is_live, rng=self.rng)
        self.at = in_opening_hours(self.at, self.rng)
        files = self._document() if then is not None and then.kind == "+" else []
        said = render(turn.text, self.rng, self.facts)
        for part in self._parts(said):
            if self.at >= self.chunk.now:
                return
            self.thread.agent_says(part, self.agent, self.at, files)
            files = []
            self.at += int((8 + self.rng.random() * 20) * SECOND) if self.thread.is_live else SECOND
        self.rested = False

    def _parts(self, said: str) -> list[str]:
        return [part for part in said.split("\n") if part] if self.thread.is_live else [said]

    def _settle_down(self, played: int) -> None:
        """What becomes of a case whose story is over, or goes no further for now."""
        case = self.case
        if case.status == "solved" and case.solved_at is not None:
            closed_at = in_opening_hours(case.solved_at + int((3 + 4 * self.rng.random()) * DAY), self.rng)
            if closed_at < self.chunk.now and self.rng.random() < CLOSED_SHARE:
                case.change_status("closed", self.agent, closed_at)
        elif case.status == "open" and case.last_message_from == "staff" and self.rng.random() < 0.8:
            at = min(case.updated_at + 30 * SECOND, self.chunk.now)
            case.change_status("on_hold" if self.rng.random() < 0.2 else "pending", self.agent, at)

    def _choose_agent(self) -> Agent:
        agent = self.rng.choice(self.chunk.standing.agents(self.group))
        self.facts["agent"] = agent.name
        self.facts["agent2"] = self.rng.choice(self.chunk.standing.staff[self.group]).name
        return agent

    def _priority(self) -> int:
        raised = 1 if self.case.customer.tier == "key" and self.story.priority < 4 else 0
        return self.story.priority + raised

    def _photos(self, said: str) -> list[File]:
        if (
            not any(word in said for word in ("照片", "图片", "截图", "视频发"))
            or self.thread.kind != "email"
        ):
            return []
        return [self.chunk.store(self.rng.choice(self.chunk.standing.pictures), self.at)]

    def _document(self) -> list[File]:
        return [self.chunk.store(self.rng.choice(self.chunk.standing.documents), self.at)]


@cache
def _fitting_products(kinds: str) -> list[Product]:
    """Those of the kinds a story may be about; all when it names none."""
    return [product for product in products() if not kinds or product.kind in kinds.split(",")]


def _story_for(customer: Customer, rng: Random) -> Story:
    known = _EN if customer.name.is_english else _ZH
    return rng.choices(known, cum_weights=_HEAPS[customer.name.is_english])[0]


def _channel_for(story: Story, customer: Customer, *, is_first: bool, rng: Random) -> str:
    """Chat only once per customer: a visitor has one conversation, and here it belongs to one case."""
    fitting = [
        kind
        for kind in story.channels
        if (kind != "chat" or is_first) and (kind != "api" or not customer.name.is_english)
    ]
    if "chat" in fitting and rng.random() < 0.7:
        return "chat"
    return rng.choice(fitting or ["email"])


_ZH = [story for story in stories() if story.language == "zh"]
_EN = [story for story in stories() if story.language == "en"]
_HEAPS = {
    english: [sum(story.weight for story in known[: index + 1]) for index in range(len(known))]
    for english, known in ((False, _ZH), (True, _EN))
}
