"""One task, asked of the best provider there is, with the one on this machine to fall back on; every use on the record."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime

from zhiyin.assist.local.carrying import LocalProvider
from zhiyin.assist.models import Use
from zhiyin.assist.provider import (
    TASK_WORDS,
    TASKS,
    Asked,
    Finding,
    NotAvailable,
    Provider,
    ProviderFailed,
    Task,
)
from zhiyin.assist.remote.carrying import EndpointProvider

LOCAL = LocalProvider()


class FailedNow(NotAvailable):
    """The endpoint was asked and failed, and nothing on this machine does the task."""

    code = "assist.failed_now"
    status = 503
    messages = {
        "zh": "“{task_zh}”这次没有成功（{reason}）。请稍后再试，或先人工处理。",
        "en": "{task_en} did not work this time ({reason}). Try again later, or do it by hand for now.",
    }


def providers() -> list[Provider]:
    """The better one first."""
    return [EndpointProvider(), LOCAL]


def ask(asked: Asked) -> Use:
    """Carry the task out and keep the use. Raises NotAvailable where nobody does it, FailedNow where they can't now."""
    began, fell_back = time.monotonic(), ""
    offering = [one for one in providers() if one.offers(asked.task, now=asked.now)]
    if not offering:
        raise NotAvailable(**_named(asked.task))
    for provider in offering:
        try:
            finding = provider.carry_out(asked)
        except ProviderFailed as failed:
            fell_back = fell_back or failed.reason
            continue
        return _keep(asked, finding, fell_back, began)
    raise FailedNow(**_named(asked.task), reason=fell_back)


def who_does_what(*, now: datetime) -> dict[str, str]:
    """Of every task, the name of who would be asked now; '' where nobody does it. One query."""
    among = providers()
    return {task: next((one.name for one in among if one.offers(task, now=now)), "") for task in TASKS}


def _keep(asked: Asked, finding: Finding, fell_back: str, began: float) -> Use:
    told = {
        "text": finding.text,
        "values": finding.values,
        "evidence": [asdict(one) for one in finding.evidence],
    }
    return Use.objects.create(
        task=asked.task,
        ticket=asked.ticket,
        by=asked.by,
        at=asked.now,
        provider=finding.provider,
        model=finding.model,
        version=finding.version,
        confidence=finding.confidence,
        finding=told,
        fell_back=fell_back,
        milliseconds=round((time.monotonic() - began) * 1000),
        tokens=finding.tokens,
    )


def _named(task: Task) -> dict[str, str]:
    zh, en = TASK_WORDS[task]
    return {"task_zh": zh, "task_en": en}
