"""The company as it stands in the database: the numbers that its cases point to. Plain data, for any process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agent:
    id: int
    name: str
    is_lead: bool


@dataclass(frozen=True)
class StoredContent:
    """A file's content that is in the database already."""

    sha256: str
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Standing:
    channels: dict[str, int]  # kind: id
    default_groups: dict[str, int]  # channel kind: group id
    groups: dict[str, int]  # plan name: id
    staff: dict[str, tuple[Agent, ...]]  # plan name of a group: its people
    categories: dict[str, int]  # name: id
    pictures: tuple[StoredContent, ...]
    documents: tuple[StoredContent, ...]

    def agents(self, group: str) -> list[Agent]:
        return [agent for agent in self.staff[group] if not agent.is_lead] or list(self.staff[group])

    def lead(self, group: str) -> Agent:
        return next((agent for agent in self.staff[group] if agent.is_lead), self.staff[group][0])
