"""What a conversation comes to, in its own words: who wanted what, what was promised, what is still open.

Sentences are chosen, never written: of the customer those that ask or complain and share most with the rest; of staff
those that promise or settle. Nothing is said here that nobody said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhiyin.assist.provider import Evidence, Said

MOST = 3
_LONGEST = 160
_ENDS = re.compile(r"(?<=[。！？!?；;\n])|(?<=\.)\s+")
_ASKS = re.compile(
    r"[?？]|怎么|什么时候|多久|为什么|能不能|可以吗|要求|希望|申请|想|请|需要|麻烦|没有?收到|没到|坏|退|换|修|投诉|取消|"
    r"\b(?:how|when|why|what|where|can|could|want|need|would like|please|refund|cancel|broken|missing|complain|not)\b",
    re.IGNORECASE,
)
_PROMISES = re.compile(
    r"会在|将在|会(?:给|为|尽快|安排|联系|通知|回复|补|退|寄|发)|今天|明天|小时内|分钟内|工作日|之前|尽快|稍后|安排|承诺|保证|已(?:为|帮|经|提交|安排|登记|退|寄|重新|补|预约)|"
    r"\b(?:will|we'll|i'll|by (?:today|tomorrow|monday|friday)|within|going to|promise|has been|have (?:refunded|sent|booked|asked))\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:您好|你好|在吗|亲|hi|hello|dear|hey|good (?:morning|afternoon|evening))?[\s,，!！。.~～]*(?:谢谢|thanks|thank you|regards|best)?"
    r"[\s,，!！。.~～]*$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[\u3400-\u9fff]|[a-z]{3,}")


@dataclass(frozen=True)
class Digest:
    """Each a few sentences as they were said; `open` is the customer's last message where nobody answered it."""

    wanted: tuple[Evidence, ...]
    promised: tuple[Evidence, ...]
    open: tuple[Evidence, ...]
    noted: tuple[Evidence, ...]


def digest(said: Sequence[Said]) -> Digest:
    """What the conversation comes to."""
    customer = [one for one in said if one.who == "customer"]
    staff = [one for one in said if one.who == "staff"]
    last = next((one for one in reversed(said) if one.who != "note"), None)
    is_open = last is not None and last.who == "customer"
    return Digest(
        wanted=tuple(_best(customer, _ASKS, first=True)),
        promised=tuple(_best(staff, _PROMISES, newest=True)),
        open=tuple(_best([last], _ASKS)[:2]) if is_open and last is not None and len(customer) > 1 else (),
        noted=tuple(_best([one for one in said if one.who == "note"][-2:], _PROMISES, newest=True)[:2]),
    )


def _best(
    messages: Iterable[Said], telling: re.Pattern[str], *, first: bool = False, newest: bool = False
) -> list[Evidence]:
    """The sentences that tell most, in the order they were said."""
    sentences = [(one, text) for one in messages for text in _sentences(one.text)]
    often = Counter(word for _, text in sentences for word in set(_WORDS.findall(text.casefold())))
    rated = []
    for place, (_message, text) in enumerate(sentences):
        words = set(_WORDS.findall(text.casefold()))
        if len(words) < 2:
            continue
        shared = sum(often[word] for word in words) / (len(words) + 4)
        late = place / max(1, len(sentences))
        score = shared + 2.0 * bool(telling.search(text)) + (1.0 if first and place == 0 else 0)
        rated.append((score + (late if newest else 0), place))
    chosen = sorted(place for _, place in sorted(rated, key=lambda one: (-one[0], one[1]))[:MOST])
    return [
        Evidence(text=_short(sentences[one][1]), message_id=sentences[one][0].message_id) for one in chosen
    ]


def _sentences(text: str) -> list[str]:
    plain = [part.strip() for part in _ENDS.split(text[:4000]) if part and part.strip()]
    return [one for one in plain if not _GREETING.match(one)]


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
