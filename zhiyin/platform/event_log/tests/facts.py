"""Facts of the tests, and reactions that write what they saw."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from django.utils import timezone

from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.event_log.facts import Fact, fact
from zhiyin.platform.event_log.subscribing import on, on_many
from zhiyin.platform.ledger.models import Effect


@fact("test.stepped", subject="walker:{walker}")
class Stepped(Fact):
    """A walker took step `number`."""

    walker: int
    number: int


class Stumbled(Exception):
    pass


stumbling: set[tuple[int, int]] = set()  # (walker, number) at which the reaction fails


def chance_to_stumble() -> bool:
    """Whether the reaction fails this time; the crash test's workers put dice here."""
    return False


@on(Stepped, subscriber="test_steps", replayable=True)
def note_step(step: Stepped) -> None:
    if (step.walker, step.number) in stumbling or chance_to_stumble():
        raise Stumbled(f"walker {step.walker} at step {step.number}")
    Effect.objects.create(
        kind="test.step",
        key=f"{step.walker}:{step.number}:{uuid4()}",
        payload={"walker": step.walker, "number": step.number},
        next_try_at=timezone.now(),
        state=Effect.State.DONE,
    )


def step(walker: int, *numbers: int) -> None:
    """Emit steps; call inside a transaction."""
    emit(*(Stepped(walker=walker, number=number, at=timezone.now()) for number in numbers))


def noted(walker: int | None = None) -> list[tuple[int, int]]:
    """(walker, number) in the order the reactions wrote them."""
    rows = Effect.objects.filter(kind="test.step").order_by("pk").values_list("payload", flat=True)
    seen = [(row["walker"], row["number"]) for row in rows]
    return [pair for pair in seen if walker in (None, pair[0])]


@fact("test.counted", subject="counter:{counter}")
class Counted(Fact):
    """A counter was read; reactions take many of them together."""

    counter: int
    number: int


taken_together: list[list[tuple[int, int]]] = []  # what each call was given, whether it failed or not


@on_many(Counted, subscriber="test_counts", first=True)
def note_counts(counts: Sequence[Counted]) -> None:
    taken_together.append([(one.counter, one.number) for one in counts])
    for one in counts:
        if (one.counter, one.number) in stumbling:
            raise Stumbled(f"counter {one.counter} at {one.number}")
    Effect.objects.bulk_create(
        Effect(
            kind="test.step",
            key=f"counter:{one.counter}:{one.number}:{uuid4()}",
            payload={"walker": one.counter, "number": one.number},
            next_try_at=timezone.now(),
            state=Effect.State.DONE,
        )
        for one in counts
    )


@fact("test.set_back", subject="counter:{counter}")
class SetBack(Fact):
    """A counter begins anew; another reaction of the same subscriber takes these."""

    counter: int


@on_many(SetBack, subscriber="test_counts")
def note_set_back(facts: Sequence[SetBack]) -> None:
    taken_together.append([(one.counter, 0) for one in facts])


def count(counter: int, *numbers: int) -> None:
    """Emit counts; call inside a transaction."""
    emit(*(Counted(counter=counter, number=number, at=timezone.now()) for number in numbers))
