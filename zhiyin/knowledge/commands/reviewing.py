"""A second person reads it: submitted, returned or approved, published at its hour, withdrawn."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.knowledge.commands.authoring import NothingWritten
from zhiyin.knowledge.commands.expiring import watch_expiry
from zhiyin.knowledge.commands.flagging import settle_by_version
from zhiyin.knowledge.commands.locking import WrongState, lock_edition, lock_version
from zhiyin.knowledge.events import (
    EditionWithdrawn,
    VersionApproved,
    VersionPublished,
    VersionReturned,
    VersionSubmitted,
)
from zhiyin.knowledge.models import Edition, Entry, Review, Version
from zhiyin.knowledge.policies import may_review
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.timers.timers import cancel_timer, set_timer

PUBLISHING = "knowledge.publish"  # the timer, by the version's number


class OwnWords(DomainError):
    code = "knowledge.own_words"
    status = 403
    messages = {
        "zh": "您写过这个版本，不能自己审核。请另一位有审核权限的同事来看。",
        "en": "You wrote in this version, so somebody else has to review it. Ask a colleague who may.",
    }


class ReasonNeeded(DomainError):
    code = "knowledge.reason_needed"
    status = 422
    messages = {
        "zh": "退回时请写明要改什么。",
        "en": "Say what has to change, so that the author can do it.",
    }


class ReadAnother(DomainError):
    code = "knowledge.read_another"
    status = 409
    messages = {
        "zh": "您看的之后内容又改过，请刷新后再审核。",
        "en": "It was changed after you read it. Reload and read it again.",
    }


@transaction.atomic
def submit_version(*, version_id: int, by: Staff, now: datetime) -> Version:
    """Have a second person read a draft. Raises WrongState, NothingWritten."""
    version = lock_version(version_id, by=by, states=("draft",))
    if not version.text.strip() and not version.files.exists():
        raise NothingWritten
    version.state, version.submitted_at = Version.State.IN_REVIEW, now
    version.save(update_fields=["state", "submitted_at"])
    emit(VersionSubmitted(entry_id=version.edition.entry_id, version_id=version.pk, by_id=by.pk, at=now))
    return version


@transaction.atomic
def take_back_version(*, version_id: int, by: Staff, now: datetime) -> Version:
    """Make a draft again of what waits for review or for its hour. Raises WrongState."""
    version = lock_version(version_id, by=by, states=("in_review", "approved"))
    cancel_timer(kind=PUBLISHING, key=str(version.pk))
    _back_to_draft(version)
    return version


@transaction.atomic
def return_version(*, version_id: int, note: str, revision: int, by: Staff, now: datetime) -> Version:
    """Send it back to its author with what has to change. Raises OwnWords, ReasonNeeded, ReadAnother, WrongState."""
    version = _lock_for_review(version_id, revision=revision, by=by)
    if not note.strip():
        raise ReasonNeeded
    _note_review(version, Review.Verdict.RETURNED, note, by, now)
    _back_to_draft(version)
    emit(
        VersionReturned(
            entry_id=version.edition.entry_id,
            version_id=version.pk,
            by_id=by.pk,
            author_id=version.author_id,
            at=now,
        )
    )
    return version


@transaction.atomic
def approve_version(
    *, version_id: int, note: str, publish_at: datetime | None, revision: int, by: Staff, now: datetime
) -> Version:
    """Agree to it: published now, or at its hour. Raises OwnWords, ReadAnother, WrongState."""
    version = _lock_for_review(version_id, revision=revision, by=by)
    _note_review(version, Review.Verdict.APPROVED, note, by, now)
    version.approved_by, version.approved_at = by, now
    version.state, version.publish_at = Version.State.APPROVED, publish_at
    version.save(update_fields=["approved_by", "approved_at", "state", "publish_at"])
    emit(
        VersionApproved(
            entry_id=version.edition.entry_id,
            version_id=version.pk,
            by_id=by.pk,
            author_id=version.author_id,
            at=now,
        )
    )
    if publish_at is not None and publish_at > now:
        set_timer(kind=PUBLISHING, key=str(version.pk), due_at=publish_at)
    else:
        _publish(version, by=by, now=now)
    return version


@transaction.atomic
def publish_in_time(*, version_id: int, now: datetime) -> None:
    """The hour of an approved version has come; nothing where it was taken back meanwhile."""
    entry_id = Version.objects.filter(pk=version_id).values_list("edition__entry_id", flat=True).first()
    entry = Entry.objects.select_for_update().filter(pk=entry_id or 0).first()
    version = Version.objects.select_related("edition").filter(pk=version_id, state="approved").first()
    if entry is None or version is None or version.publish_at is None or version.publish_at > now:
        return
    version.edition.entry = entry
    _publish(version, by=None, now=now)


@transaction.atomic
def withdraw_edition(*, edition_id: int, by: Staff, now: datetime) -> Edition:
    """Take what is published out of use at once: the brake when something is badly wrong. Raises WrongState."""
    edition = lock_edition(edition_id, by=by)
    version = edition.published
    if version is None:
        raise WrongState(state="retired")
    _retire(version, now)
    edition.published = None
    edition.save(update_fields=["published"])
    _touch(edition.entry, now)
    watch_expiry(edition, None)
    emit(
        EditionWithdrawn(
            entry_id=edition.entry_id, edition_id=edition.pk, version_id=version.pk, by_id=by.pk, at=now
        )
    )
    _audit("knowledge.edition_withdrawn", version, by.pk, now)
    return edition


def _publish(version: Version, *, by: Staff | None, now: datetime) -> None:
    edition = version.edition
    before = edition.published
    if before is not None:
        _retire(before, now)
    version.state, version.published_at = Version.State.PUBLISHED, now
    version.save(update_fields=["state", "published_at"])
    edition.published = version
    edition.save(update_fields=["published"])
    _touch(edition.entry, now)
    watch_expiry(edition, version)
    settle_by_version(version, by_id=by.pk if by else version.approved_by_id or version.author_id, now=now)
    emit(
        VersionPublished(
            entry_id=edition.entry_id,
            edition_id=edition.pk,
            version_id=version.pk,
            by_id=by.pk if by else None,
            replaces_id=before.pk if before else None,
            at=now,
        )
    )
    _audit("knowledge.version_published", version, by.pk if by else version.approved_by_id, now)


def _lock_for_review(version_id: int, *, revision: int, by: Staff) -> Version:
    version = lock_version(version_id, by=by, states=("in_review",))
    if not may_review(version, by):
        raise OwnWords
    if version.revision != revision:
        raise ReadAnother(revision=version.revision)
    return version


def _note_review(version: Version, verdict: str, note: str, by: Staff, now: datetime) -> None:
    Review.objects.create(
        version=version, verdict=verdict, note=note.strip(), revision=version.revision, by=by, at=now
    )


def _back_to_draft(version: Version) -> None:
    version.state, version.submitted_at = Version.State.DRAFT, None
    version.approved_by, version.approved_at, version.publish_at = None, None, None
    version.save(update_fields=["state", "submitted_at", "approved_by", "approved_at", "publish_at"])


def _retire(version: Version, now: datetime) -> None:
    version.state, version.retired_at = Version.State.RETIRED, now
    version.save(update_fields=["state", "retired_at"])


def _touch(entry: Entry, now: datetime) -> None:
    entry.updated_at = now
    entry.save(update_fields=["updated_at"])


def _audit(action: str, version: Version, by_id: int | None, now: datetime) -> None:
    edition = version.edition
    details = {
        "key": edition.entry.key,
        "language": edition.language,
        "region": edition.region,
        "version": version.number,
        "author_id": version.author_id,
    }
    record_audit(action=action, by=by_id, target=f"knowledge:{edition.entry_id}", details=details, now=now)
