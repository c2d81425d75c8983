"""When a question is left to people, however well something fits. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

LONGEST = 600  # characters
MOST_QUESTIONS = 2
Reason = Literal[
    "asked_for_person",
    "unhelpful",
    "owned",
    "often_enough",
    "angry",
    "risk",
    "complaint",
    "own_case",
    "claim",
    "files",
    "several",
    "too_long",
    "language",
    "nothing_found",
    "unsure",
    "no_index",
    "failed",
    "category_off",
    "none_fits",
    "gave_up",
    "went_silent",
    "form_done",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
# what tells that somebody wants something done in a case of their own, rather than know how something is
_CLAIM = re.compile(
    r"我要(?:求)?(?:退款|退货|退钱|赔偿|换货|取消订单|投诉)|(?:给|帮)我(?:把.{0,12})?(?:退了|退款|退钱|退货|取消|换一|补发|查一下|查下|看一下|看下)"
    r"|赔(?:我|偿我)|补偿我|我(?:的)?(?:这个|那个)?(?:订单|包裹|快递|退款)(?:号|编号)?(?:是|:|：)"
    r"|\bi\s+(?:want|demand|need|would\s+like|'d\s+like)\s+(?:my\s+money\s+back|a\s+(?:full\s+)?refund|compensation|to\s+complain|to\s+cancel)"
    r"|\b(?:refund|cancel|replace|resend)\s+(?:me|my\s+order|it)\s+(?:now|immediately|please)|\bcompensate\s+me\b|\bmake\s+a\s+complaint\b"
)
_COMPLAINT = re.compile(r"投诉|举报|差评|曝光|\bcomplain\w*|\bunacceptable\b")
_QUESTION = re.compile(r"[?？]+")


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is known of a question and of the conversation it stands in."""

    text: str
    mood: str = ""
    risks: Collection[str] = ()
    topic: str = ""
    entities: Collection[str] = ()  # kinds: order, phone, address …
    files: int = 0
    answers: int = 0  # automatic ones in this conversation so far
    most_answers: int = 3


def reason_to_step_back(case: Case) -> Reason | None:
    """Why people should go on at once, whatever the house has set; None where a keyword or a dialogue may be heeded."""
    told = unicodedata.normalize("NFKC", case.text).casefold()
    checks: tuple[tuple[Reason, bool], ...] = (
        ("risk", bool(case.risks)),
        ("complaint", case.topic == "service_complaint" or bool(_COMPLAINT.search(told))),
        ("angry", case.mood == "angry"),
    )
    return next((reason for reason, holds in checks if holds), None)


def reason_to_hold(case: Case) -> Reason | None:
    """Why people should answer this; None where nothing speaks against a machine."""
    told = unicodedata.normalize("NFKC", case.text).casefold()
    if (urgent := reason_to_step_back(case)) is not None:
        return urgent
    checks: tuple[tuple[Reason, bool], ...] = (
        ("claim", bool(_CLAIM.search(told))),
        ("own_case", bool({"order", "phone", "address", "email"} & set(case.entities))),
        ("files", case.files > 0),
        ("several", len(_QUESTION.findall(told)) > MOST_QUESTIONS),
        ("too_long", len(told) > LONGEST),
        ("often_enough", case.answers >= case.most_answers),
    )
    return next((reason for reason, holds in checks if holds), None)
