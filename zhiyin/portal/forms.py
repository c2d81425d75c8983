"""What customers fill in on pages, as it is taken: whatever was sent instead of it is no answer, and no error."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from zhiyin.platform.http.parsing import without_nul

LONGEST_SCORE = 2  # digits: the most is 10
NO_SCORE = -1


def text_in(request: HttpRequest, name: str) -> str:
    """A text of the form, without NUL."""
    text: str = without_nul(request.POST.get(name, ""))
    return text


def rating_in(request: HttpRequest) -> dict[str, Any]:
    """Score, reasons and words."""
    score = text_in(request, "score")
    return {
        "score": int(score) if score.isdecimal() and len(score) <= LONGEST_SCORE else NO_SCORE,
        "reasons": request.POST.getlist("reasons"),
        "words": text_in(request, "words"),
    }
