"""Holding an entry while it changes: its row is locked first, so that facts come in the order of commits."""

from __future__ import annotations

from zhiyin.knowledge.models import Edition, Entry, Version
from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError


class WrongState(DomainError):
    code = "knowledge.wrong_state"
    status = 409
    messages = {
        "zh": "这个版本的状态已经变了（现在是“{state}”），请刷新后再操作。",
        "en": "The version has moved on (it is “{state}” now). Reload it and look again.",
    }


def lock_entry(entry_id: int, *, by: Staff) -> Entry:
    """The entry, held until the transaction ends."""
    return Entry.objects.visible_to(by).select_for_update().get(pk=entry_id)


def lock_edition(edition_id: int, *, by: Staff) -> Edition:
    """The edition, with its entry held."""
    edition = Edition.objects.get(pk=edition_id)
    edition.entry = lock_entry(edition.entry_id, by=by)
    edition.refresh_from_db(fields=["published"])
    return edition


def lock_version(version_id: int, *, by: Staff, states: tuple[str, ...]) -> Version:
    """The version in one of these states, with its entry held. Raises WrongState."""
    entry_id = Version.objects.values_list("edition__entry_id", flat=True).get(pk=version_id)
    entry = lock_entry(entry_id, by=by)
    version = Version.objects.select_related("edition").get(pk=version_id)
    version.edition.entry = entry
    if version.state not in states:
        raise WrongState(state=version.state)
    return version
