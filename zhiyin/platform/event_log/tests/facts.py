"""Facts of the tests, and reactions that write what they saw."""

from __future__ import annotations

from uuid import uuid4

from django.utils import timezone

from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.event_log.facts import Fact, fact
from zhiyin.platform.event_log.subscribing import on
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
