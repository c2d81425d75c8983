"""Which rules have their turn when something happened, and that they come to an end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhiyin.automation.commands.executing import Turn, execute, refuse
from zhiyin.automation.happenings import happenings_of, is_occasion
from zhiyin.automation.queries.in_force import Standing, fitting, rules_in_force
from zhiyin.platform.event_log.facts import Fact

LONGEST_CHAIN = 5  # rules that set each other off, one after the other


@dataclass(frozen=True)
class Candidate:
    """A fact and the rules that wait for such a one, in their order."""

    fact: Fact
    ticket_id: int
    rules: list[Standing]


def consider(facts: Sequence[Fact]) -> None:
    """Give rules their turn for what happened, in a transaction of the caller's.

    Of all facts together: one query where no rule waits for them, one more where none fits. Rules stand in one order;
    each sees the ticket as those before it left it.
    """
    waiting = list(_candidates(facts))
    if not waiting:
        return
    asked = {one.rule.pk: one for candidate in waiting for one in candidate.rules}
    met = fitting(
        sorted({candidate.ticket_id for candidate in waiting}), list(asked.values()), now=facts[-1].at
    )
    changed: set[int] = set()
    for candidate in waiting:
        _take_turns(candidate, met.get(candidate.ticket_id, set()), changed)


def _candidates(facts: Sequence[Fact]) -> Iterator[Candidate]:
    rules = rules_in_force()
    if not rules:
        return
    for fact in facts:
        happened = [one for one in happenings_of(fact) if one.on in rules]
        found = {
            one.rule.pk: one
            for happening in happened
            for one in rules[happening.on]
            if is_occasion(one.occasion, happening)
        }
        if found:
            order = sorted(found.values(), key=lambda one: (one.rule.position, one.rule.pk))
            yield Candidate(fact, fact.payload()["ticket_id"], order)


def _take_turns(candidate: Candidate, met: set[int], changed: set[int]) -> None:
    fact, chain = candidate.fact, chain_of(candidate.fact)
    for one in candidate.rules:
        if chain and chain[-1] == one.rule.pk:
            continue  # its own doing is no occasion for it
        if candidate.ticket_id in changed:  # somebody before it has changed the ticket: look again
            met = fitting([candidate.ticket_id], [one], now=fact.at).get(candidate.ticket_id, set())
        if one.rule.pk not in met:
            continue
        turn = Turn(one, candidate.ticket_id, f"event:{fact.position}", chain, fact.at)
        if one.rule.pk in chain:
            refuse(turn, "cycle")
        elif len(chain) >= LONGEST_CHAIN:
            refuse(turn, "chain")
        elif execute(turn):
            changed.add(candidate.ticket_id)
        if one.version.is_last:
            return


def chain_of(fact: Fact) -> list[int]:
    """The rules that led to the fact, the first first; empty where people or the world did."""
    kind, _, ids = fact.because.partition(":")
    return [int(one) for one in ids.split(".")] if kind == "rules" else []
