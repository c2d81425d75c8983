"""Where the outcomes of a procedure lead: pure."""

from __future__ import annotations

from collections import defaultdict

from zhiyin.procedures.content import Content


def reached_from(content: Content, key: str) -> set[str]:
    """The steps that some way leads to, the first one too."""
    leads = {step.key: {outcome.to for outcome in step.outcomes} for step in content.steps}
    return _closure({key} & leads.keys(), leads)


def can_end(content: Content) -> set[str]:
    """The steps from which some way leads to an end, the ends too."""
    comes_from: dict[str, set[str]] = defaultdict(set)
    for step in content.steps:
        for outcome in step.outcomes:
            comes_from[outcome.to].add(step.key)
    return _closure({step.key for step in content.steps if step.kind == "end"}, comes_from)


def usual_way(content: Content, *, start: str) -> list[str]:
    """The steps by their first outcomes that lead on, from one to an end: how it goes on when all goes well."""
    way: list[str] = []
    step = content.step(start)
    while step is not None:
        way.append(step.key)
        onward = next((outcome.to for outcome in step.outcomes if outcome.to not in way), None)
        step = content.step(onward) if onward is not None else None
    return way


def _closure(start: set[str], leads: dict[str, set[str]]) -> set[str]:
    found, level = set(start), set(start)
    while level:
        level = {one for key in level for one in leads.get(key, ())} - found
        found |= level
    return found
