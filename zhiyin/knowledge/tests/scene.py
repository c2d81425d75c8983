"""People of the knowledge base, and entries in any state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from zhiyin.knowledge.commands.arranging import EntryPlace
from zhiyin.knowledge.commands.authoring import VersionContent, begin_entry, begin_version, save_version
from zhiyin.knowledge.commands.reviewing import approve_version, submit_version
from zhiyin.knowledge.models import Version
from zhiyin.people.models import Staff
from zhiyin.testing.people import make_staff

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def make_author(name: str = "Author") -> Staff:
    return make_staff(name=name, roles=["knowledge_author"])


def make_reviewer(name: str = "Reviewer") -> Staff:
    return make_staff(name=name, roles=["lead"], groups=["Support"])


def draft(
    *, by: Staff, kind: str = "faq", title: str = "退款多久到账？", html: str = "<p>3 天内。</p>",
    language: str = "zh-CN", region: str = "", place: dict[str, Any] | None = None, **content: Any,
) -> Version:  # fmt: skip
    return begin_entry(
        kind=kind,
        place=EntryPlace(**(place or {})),
        language=language,
        region=region,
        content=VersionContent(title=title, html=html, **content),
        by=by,
        now=NOW,
    )


def approve(
    version: Version, *, by: Staff, now: datetime = NOW, publish_at: datetime | None = None
) -> Version:
    submit_version(version_id=version.pk, by=version.author, now=now)
    return approve_version(
        version_id=version.pk, note="", publish_at=publish_at, revision=version.revision, by=by, now=now
    )


def publish(*, by: Staff, reviewer: Staff, now: datetime = NOW, **told: Any) -> Version:
    return approve(draft(by=by, **told), by=reviewer, now=now)


def publish_again(
    version: Version, *, html: str, by: Staff, reviewer: Staff, now: datetime = NOW, **content: Any
) -> Version:
    """The next version of the edition."""
    made = begin_version(edition_id=version.edition_id, by=by, now=now)
    made = save_version(
        version_id=made.pk,
        content=VersionContent(title=made.title, html=html, **content),
        revision=made.revision,
        by=by,
        now=now,
    )
    return approve(made, by=reviewer, now=now)
