"""The provider that asks a model elsewhere: masked before it leaves, bounded in time and tokens, put back on return."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from zhiyin.assist.local.masking import Mask
from zhiyin.assist.models import Endpoint
from zhiyin.assist.provider import Asked, Evidence, Finding, ProviderFailed, Task
from zhiyin.assist.remote.guarding import is_within_budget, note_failure, note_success
from zhiyin.assist.remote.prompts import PROMPTS, cited, messages_for
from zhiyin.assist.remote.wire import Answer, Place, WireError, complete, transcribe
from zhiyin.assist.solved_answers import answers_in_solved_cases
from zhiyin.assist.sources import sources_for

TASKS: tuple[Task, ...] = (*PROMPTS, "speech")
WAITED_FOR = 8.0  # seconds, while a customer waits


class EndpointProvider:
    """Asks the configured endpoint, for the tasks it was switched on for."""

    name = "endpoint"

    @cached_property
    def endpoint(self) -> Endpoint | None:
        return Endpoint.objects.first()

    def offers(self, task: Task, *, now: datetime) -> bool:
        endpoint = self.endpoint
        return endpoint is not None and task in TASKS and endpoint.is_usable(task, now=now)

    def carry_out(self, asked: Asked) -> Finding:
        endpoint = self.endpoint
        if endpoint is None:
            raise ProviderFailed("not_offered")
        if not is_within_budget(endpoint, by=asked.by, now=asked.now):
            raise ProviderFailed("budget")
        try:
            finding = _heard(endpoint, asked) if asked.task == "speech" else _answered(endpoint, asked)
        except WireError as error:
            note_failure(str(error), now=asked.now)
            raise ProviderFailed(error.reason) from error
        note_success()
        return finding


def _answered(endpoint: Endpoint, asked: Asked) -> Finding:
    mask = Mask()
    if asked.ticket is not None:
        mask.hide_value("person_name", asked.ticket.customer.name)
    sources = list(asked.sources) or _sources(asked)
    version, messages, most = messages_for(asked, sources, mask.hide)
    answer = complete(_place(endpoint, endpoint.model, asked.task), messages, most_tokens=most)
    evidence: tuple[Evidence, ...] = tuple(sources) if asked.task == "entry" else cited(answer.text, sources)
    return _finding(asked, answer, version=version, text=mask.show(answer.text), evidence=evidence)


def _sources(asked: Asked) -> list[Evidence]:
    """What the model is given to rest on. Raises ProviderFailed where an entry would rest on nothing."""
    if asked.task == "draft":
        return sources_for(asked)
    if asked.task != "entry" or asked.by is None:
        return []
    found = [one.evidence() for one in answers_in_solved_cases(asked.text, by=asked.by)]
    if not found:
        raise ProviderFailed("nothing_alike")
    return found


def _heard(endpoint: Endpoint, asked: Asked) -> Finding:
    """A recording can't be masked: it leaves as it is, which is why speech is a task of its own to switch on."""
    if not endpoint.speech_model:
        raise ProviderFailed("no_speech_model")
    answer = transcribe(_place(endpoint, endpoint.speech_model, asked.task), asked.sound)
    return _finding(asked, answer, version="speech-1", text=answer.text, evidence=())


def _place(endpoint: Endpoint, model: str, task: Task) -> Place:
    seconds = float(endpoint.timeout_seconds)
    return Place(
        endpoint.url, endpoint.key, model, min(seconds, WAITED_FOR) if task == "worded_answer" else seconds
    )


def _finding(
    asked: Asked, answer: Answer, *, version: str, text: str, evidence: tuple[Evidence, ...]
) -> Finding:
    return Finding(
        task=asked.task,
        provider="endpoint",
        model=answer.model,
        version=version,
        text=text,
        evidence=evidence,
        tokens=answer.tokens,
    )
