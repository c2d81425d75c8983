"""Writing: an entry is begun, an edition added, a version written, saved and thrown away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, Q

from zhiyin.knowledge.commands.arranging import EntryPlace, place_entry
from zhiyin.knowledge.commands.locking import lock_edition, lock_entry, lock_version
from zhiyin.knowledge.events import EntryCreated
from zhiyin.knowledge.markup import as_html, as_text, clean, picture_keys
from zhiyin.knowledge.models import Edition, Entry, Flag, Version, VersionFile
from zhiyin.knowledge.models.versions import UNPUBLISHED
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.http.errors import DomainError

MOST_QUESTIONS = 50


@dataclass(frozen=True, kw_only=True)
class VersionContent:
    """What a version says. Plain `text` stands for `html` where there is none: scripts are written so."""

    title: str
    html: str = ""
    text: str = ""
    questions: list[str] = field(default_factory=list)
    summary: str = ""
    change_note: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    file_ids: list[int] = field(default_factory=list)
    settles: list[int] = field(default_factory=list)


class NothingWritten(DomainError):
    code = "knowledge.nothing_written"
    status = 422
    messages = {
        "zh": "请写标题（常见问题写问题本身）。草稿可以没有正文，提交审核时必须有。",
        "en": "Write a title (of a FAQ pair: the question). A draft may lack its text, but not when it goes to review.",
    }


class WrongValidity(DomainError):
    code = "knowledge.wrong_validity"
    status = 422
    messages = {
        "zh": "“有效期至”要晚于“生效时间”，请改正。",
        "en": "“Valid until” has to be later than “valid from”. Correct one of them.",
    }


class SavedMeanwhile(DomainError):
    code = "knowledge.saved_meanwhile"
    status = 409
    messages = {
        "zh": "{who} 在您编辑期间保存了这个版本。您的内容还在页面上：请复制需要的部分，刷新后合并。",
        "en": "{who} saved this version while you wrote. Your text is still on the page: copy what you need, reload and merge.",
    }


class InTheMaking(DomainError):
    code = "knowledge.in_the_making"
    status = 409
    messages = {
        "zh": "这个语言版本已有一个未发布的版本（第 {number} 版），请在它上面继续。",
        "en": "This edition has an unpublished version already (number {number}). Go on with that one.",
    }


class EditionExists(DomainError):
    code = "knowledge.edition_exists"
    status = 409
    messages = {
        "zh": "这个语言和地区的版本已经有了，请直接编辑它。",
        "en": "There is an edition for that language and region. Edit that one.",
    }


class NotYourFile(DomainError):
    code = "knowledge.not_your_file"
    status = 422
    messages = {
        "zh": "有图片或附件不存在，或不是您上传的。请重新添加。",
        "en": "A picture or attachment is gone, or was not put up by you. Add it again.",
    }


@transaction.atomic
def begin_entry(
    *,
    kind: str,
    place: EntryPlace,
    language: str,
    region: str,
    content: VersionContent,
    by: Staff,
    now: datetime,
) -> Version:
    """Begin an entry with the first draft of its first edition.

    Raises NothingWritten, WrongValidity, NotYourFile, TextTooLarge and those of place_entry.
    """
    entry = Entry(
        kind=kind, key=_free_key(content.title), owner=by, created_by=by, created_at=now, updated_at=now
    )
    place_entry(entry, place, by=by)
    emit(EntryCreated(entry_id=entry.pk, by_id=by.pk, at=now))
    edition = Edition.objects.create(entry=entry, language=language, region=region.strip())
    return _new_version(edition, content, by=by, now=now)


@transaction.atomic
def add_edition(
    *, entry_id: int, language: str, region: str, content: VersionContent, by: Staff, now: datetime
) -> Version:
    """Begin the entry in another language or for another region. Raises EditionExists and those of begin_entry."""
    entry = lock_entry(entry_id, by=by)
    edition, made = Edition.objects.get_or_create(entry=entry, language=language, region=region.strip())
    if not made:
        raise EditionExists
    return _new_version(edition, content, by=by, now=now)


@transaction.atomic
def begin_version(*, edition_id: int, by: Staff, now: datetime, restores: int | None = None) -> Version:
    """A new draft that says what is published now, or what version number `restores` said. Raises InTheMaking."""
    edition = lock_edition(edition_id, by=by)
    under_way = edition.versions.filter(state__in=UNPUBLISHED).first()
    if under_way is not None:
        raise InTheMaking(number=under_way.number, version_id=under_way.pk)
    model = (
        edition.versions.get(number=restores)
        if restores is not None
        else edition.published or edition.versions.order_by("-number")[0]
    )
    files = list(model.files.filter(inline=False).values_list("file_id", flat=True))
    content = VersionContent(
        title=model.title,
        html=model.html,
        questions=model.questions,
        summary=model.summary,
        valid_from=model.valid_from,
        valid_until=model.valid_until,
        file_ids=files,
    )
    version = _new_version(edition, content, by=by, now=now)
    if restores is not None:
        version.restores = restores
        version.save(update_fields=["restores"])
    return version


@transaction.atomic
def save_version(
    *, version_id: int, content: VersionContent, revision: int, by: Staff, now: datetime
) -> Version:
    """Save a draft as read at `revision`. Raises WrongState, SavedMeanwhile and those of begin_entry."""
    version = lock_version(version_id, by=by, states=("draft",))
    if version.revision != revision:
        last = Staff.objects.get(pk=version.writers[-1])
        raise SavedMeanwhile(who=last.name, revision=version.revision)
    _fill(version, content, by=by, now=now)
    version.revision += 1
    version.save()
    _keep_files(version, content.file_ids, by=by)
    return version


@transaction.atomic
def discard_version(*, version_id: int, by: Staff, now: datetime) -> None:
    """Throw a draft away; an edition and an entry that have nothing else go with it. Raises WrongState."""
    version = lock_version(version_id, by=by, states=("draft",))
    edition = version.edition
    version.delete()
    if not edition.versions.exists():
        edition.delete()
        if not edition.entry.editions.exists():
            edition.entry.delete()


def attachable(file_ids: Iterable[int], entry_id: int | None, by: Staff) -> set[int]:
    """Those of the files that the person put up, or that are with a version of the entry already."""
    held = VersionFile.objects.filter(file=OuterRef("pk"), version__edition__entry=entry_id)
    files = StoredFile.objects.filter(pk__in=set(file_ids))
    return set(files.filter(Q(owner=by.upload_owner) | Q(Exists(held))).values_list("pk", flat=True))


def _new_version(edition: Edition, content: VersionContent, *, by: Staff, now: datetime) -> Version:
    last = edition.versions.aggregate(last=Max("number"))["last"] or 0
    version = Version(edition=edition, number=last + 1, author=by, created_at=now)
    _fill(version, content, by=by, now=now)
    version.save()
    _keep_files(version, content.file_ids, by=by)
    return version


def _fill(version: Version, content: VersionContent, *, by: Staff, now: datetime) -> None:
    version.title = " ".join(content.title.split())
    if not version.title:
        raise NothingWritten
    if content.valid_from and content.valid_until and content.valid_until <= content.valid_from:
        raise WrongValidity
    version.html = clean(content.html or as_html(content.text))
    version.text = as_text(version.html)
    asked = dict.fromkeys(" ".join(one.split()) for one in content.questions)
    version.questions = [one for one in asked if one and one != version.title][:MOST_QUESTIONS]
    version.summary, version.change_note = content.summary.strip(), content.change_note.strip()
    version.valid_from, version.valid_until = content.valid_from, content.valid_until
    told = (
        Flag.objects.filter(pk__in=content.settles, entry=version.edition.entry_id) if content.settles else ()
    )
    version.settles = sorted(flag.pk for flag in told)
    version.updated_at = now
    version.writers = [*(one for one in version.writers if one != by.pk), by.pk]  # the last one saved last


def _keep_files(version: Version, file_ids: Collection[int], *, by: Staff) -> None:
    """The attachments named, and the pictures the text shows. Raises NotYourFile."""
    keys = picture_keys(version.html)
    shown = set(StoredFile.objects.filter(key__in=keys).values_list("pk", flat=True))
    wanted = set(file_ids) | shown
    if len(shown) < len(keys) or wanted - attachable(wanted, version.edition.entry_id, by):
        raise NotYourFile
    version.files.all().delete()
    rows = [(pk, False) for pk in dict.fromkeys(file_ids)] + [(pk, True) for pk in shown - set(file_ids)]
    VersionFile.objects.bulk_create(
        VersionFile(version=version, file_id=pk, inline=inline) for pk, inline in rows
    )


def _free_key(title: str) -> str:
    """An address that nobody has: of the title's Latin letters and numbers, else a number."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "k"
    with connection.cursor() as cursor:  # one after the other, so that two don't find the same one free
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('knowledge.keys'))")
    taken = set(Entry.objects.filter(key__startswith=stem).values_list("key", flat=True))
    if stem != "k" and stem not in taken:
        return stem
    number = len(taken) + 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
