"""What can be asked of machines, by whom it is carried out, and what comes back: always with who found it and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, get_args

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.models import Ticket

Task = Literal[
    "language",
    "mood",
    "category",
    "entities",
    "similar",
    "repeats",
    "answers",
    "draft",
    "entry",
    "worded_answer",
    "summary",
    "handover",
    "wording",
    "translation",
    "speech",
]
TASKS: tuple[Task, ...] = get_args(Task)
Who = Literal["customer", "staff", "note"]


class NotAvailable(DomainError):
    """No provider that is set up does this task."""

    code = "assist.not_available"
    status = 409
    messages = {
        "zh": "“{task_zh}”暂不可用：本机没有能胜任的模型。请管理员在“设置 → 智能辅助”中接入模型服务。",
        "en": "{task_en} is not available: nothing on this machine does it well. An administrator can connect "
        "a model in Settings → Assistance.",
    }


class ProviderFailed(Exception):
    """A provider could not carry a task out now; `reason` is one word for the record: timeout, budget, circuit …"""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Said:
    """One message of the conversation."""

    who: Who
    text: str
    at: datetime
    message_id: int
    name: str = ""


@dataclass(frozen=True)
class Evidence:
    """What a finding rests on: words found, a message, a ticket, a version of a knowledge entry."""

    text: str
    message_id: int | None = None
    ticket_id: int | None = None
    source: str = ""  # of a knowledge entry: its address
    title: str = ""
    entry_id: int | None = None
    edition_id: int | None = None
    version_id: int | None = None
    number: int | None = None  # of the version
    kind: str = ""  # article, faq, script
    region: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One task with all it may need; `text` is what is worked on where it is not the conversation.

    Nobody asks (`by`) where a machine answers by itself; `sources` are then what it may say.
    """

    task: Task
    by: Staff | None
    now: datetime
    ticket: Ticket | None = None
    said: Sequence[Said] = ()
    text: str = ""
    into: str = ""  # a language, for translations; the reader's, for everything that is written for them
    sound: bytes = b""
    sources: Sequence[Evidence] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a provider found. `confidence` is 0 to 1, None where nothing tells."""

    task: Task
    provider: str
    model: str
    version: str
    text: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = ()
    tokens: int = 0


class Provider(Protocol):
    """Somebody who carries tasks out. `offers` is cheap and asks nobody outside."""

    name: str

    def offers(self, task: Task, *, now: datetime) -> bool: ...

    def carry_out(self, asked: Asked) -> Finding:
        """The finding. Raises ProviderFailed where it can't be had now."""
        ...


TASK_WORDS: dict[Task, tuple[str, str]] = {
    "language": ("语言识别", "Language"),
    "mood": ("情绪识别", "Mood"),
    "category": ("分类建议", "Category"),
    "entities": ("信息提取", "Details"),
    "similar": ("相似工单", "Similar tickets"),
    "repeats": ("重复来访", "Repeat contacts"),
    "answers": ("推荐回答", "Suggested answers"),
    "draft": ("起草回复", "Draft"),
    "entry": ("起草知识", "Knowledge draft"),
    "worded_answer": ("自动回答的措辞", "Wording of automatic answers"),
    "summary": ("摘要", "Summary"),
    "handover": ("交接说明", "Hand-over note"),
    "wording": ("用语检查", "Wording"),
    "translation": ("翻译", "Translation"),
    "speech": ("语音转文字", "Speech to text"),
}
