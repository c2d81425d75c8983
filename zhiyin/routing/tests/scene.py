"""Pure works and people for the tests of matching, made by Hypothesis or at random."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from zhiyin.routing.scoring import Agent, Need, Work

SKILLS = ["zh", "en", "yue", "refund"]

needs = st.lists(
    st.builds(Need, st.sampled_from(SKILLS), st.integers(1, 5)), max_size=2, unique_by=lambda need: need.skill
).map(tuple)


def works(count: int = 8) -> st.SearchStrategy[list[Work]]:
    """Works 1, 2, … that entered within two hours before 10,000."""
    one = st.builds(
        Work,
        id=st.just(0),
        entered_at=st.integers(2800, 10_000).map(float),
        needs=needs,
        priority=st.integers(1, 4),
        tier=st.integers(0, 4),
        touched=st.integers(1, 5_000),
        due_at=st.none() | st.integers(5_000, 20_000).map(float),
        last_agent_id=st.none() | st.integers(1, 4),
    )
    return st.lists(one, max_size=count).map(
        lambda found: [
            Work(**{name: getattr(work, name) for name in Work.__slots__} | {"id": number})
            for number, work in enumerate(found, 1)
        ]
    )


def agents(count: int = 4, *, most: int = 3) -> st.SearchStrategy[list[Agent]]:
    """People 1, 2, … with room for up to `most`."""
    one = st.builds(
        Agent,
        id=st.just(0),
        skills=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5)),
        limits=st.integers(1, most).map(lambda room: {"ticket": room}),
        idle_since=st.integers(8_000, 10_000).map(float),
        taken=st.integers(0, 5),
    )
    return st.lists(one, min_size=1, max_size=count).map(_numbered)


def _numbered(found: list[Agent]) -> list[Agent]:
    return [
        Agent(
            number,
            agent.skills,
            dict(agent.limits),
            dict(agent.load),
            agent.idle_since,
            agent.taken,
            agent.exclusive,
        )
        for number, agent in enumerate(found, 1)
    ]


def crowd(*, people: int, skills: int, seed: int = 1) -> list[Agent]:
    """People with two to five of the skills each, idle for up to ten minutes before 0."""
    chance = random.Random(seed)
    return [
        Agent(
            number,
            {
                f"skill:{one}": chance.randint(1, 5)
                for one in chance.sample(range(skills), chance.randint(2, 5))
            },
            {"ticket": 1},
            idle_since=-chance.uniform(0, 600),
        )
        for number in range(1, people + 1)
    ]


def flood(*, works: int, skills: int, seed: int = 2) -> list[Work]:
    """Works of one skill each that entered within the hour before 0."""
    chance = random.Random(seed)
    return [
        Work(
            number,
            -chance.uniform(0, 3600),
            (Need(f"skill:{chance.randrange(skills)}", chance.choice([1, 1, 1, 2, 3])),),
            priority=chance.choice([1, 2, 2, 2, 3, 4]),
            tier=chance.choice([0, 0, 0, 1, 2, 3]),
        )
        for number in range(1, works + 1)
    ]
