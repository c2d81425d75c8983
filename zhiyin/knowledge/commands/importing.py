"""Taking knowledge in from files: read first, looked at, then adopted as drafts or thrown away."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.knowledge.commands.arranging import EntryPlace
from zhiyin.knowledge.commands.authoring import VersionContent, begin_entry
from zhiyin.knowledge.commands.reviewing import submit_version
from zhiyin.knowledge.importing.apart import read_apart
from zhiyin.knowledge.importing.found import Found, Unreadable
from zhiyin.knowledge.markup import clean
from zhiyin.knowledge.models import Category, Import, ImportFile, ImportItem
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.files.files import FileEmpty, FileTooLarge, open_file, store_upload
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.http.errors import DomainError

LARGEST = 50 * 1024 * 1024
_SRC = re.compile(r'src="(picture\d+)"')


class FileUnreadable(DomainError):
    code = "knowledge.file_unreadable"
    status = 422
    messages = {"zh": "{zh}", "en": "{en}"}


class ImportOver(DomainError):
    code = "knowledge.import_over"
    status = 409
    messages = {
        "zh": "这次导入已经完成或放弃了，请重新上传。",
        "en": "This import was finished or thrown away already. Upload the file again.",
    }


@transaction.atomic
def read_for_import(*, file_id: int, by: Staff, now: datetime) -> Import:
    """Read a file that the person put up; nothing becomes an entry yet. Raises FileUnreadable."""
    file = StoredFile.objects.get(pk=file_id, owner=by.upload_owner)
    if file.size > LARGEST:
        raise FileUnreadable(zh="文件超过 50 MB，请拆成几份。", en="The file is larger than 50 MB; split it.")
    try:
        with open_file(file) as content:
            items = read_apart(content.read(), file.name)
    except Unreadable as unreadable:
        raise FileUnreadable(zh=unreadable.zh, en=unreadable.en) from unreadable
    if not items:
        raise FileUnreadable(zh="文件里没有可导入的内容。", en="There is nothing in the file to import.")
    batch = Import.objects.create(name=file.name[:200], by=by, at=now)
    for number, found in enumerate(items, start=1):
        _keep(batch, number, found, by)
    return batch


@transaction.atomic
def adopt_import(
    *, import_id: int, numbers: Collection[int], language: str, category_id: int | None, audience: str,
    submit: bool, by: Staff, now: datetime,
) -> Import:  # fmt: skip
    """Make drafts of the chosen items, and have them reviewed at once if so wished; an item that fails says why.

    `language`, `category_id` and `audience` hold where an item says nothing of its own. Raises ImportOver.
    """
    batch = Import.objects.select_for_update().get(pk=import_id, by=by)
    if batch.state != Import.State.PREVIEW:
        raise ImportOver
    categories = _category_paths()
    for item in batch.items.filter(state=ImportItem.State.READY, number__in=numbers).order_by("number"):
        told = item.content
        place = EntryPlace(
            audience=_audience(told, audience),
            category_id=categories.get(told["category"].replace(" ", ""), category_id),
            tags=told["tags"],
            situation=told["situation"],
            mood=told["mood"],
        )
        _adopt(item, place, language=told["language"] or language, submit=submit, by=by, now=now)
    batch.state, batch.finished_at = Import.State.DONE, now
    batch.save(update_fields=["state", "finished_at"])
    done = batch.items.filter(state=ImportItem.State.DONE).count()
    record_audit(
        action="knowledge.imported", by=by.pk, target=f"import:{batch.pk}", details={"name": batch.name, "done": done},
        now=now,
    )  # fmt: skip
    return batch


@transaction.atomic
def discard_import(*, import_id: int, by: Staff, now: datetime) -> None:
    """Throw away what was read. Raises ImportOver."""
    batch = Import.objects.select_for_update().get(pk=import_id, by=by)
    if batch.state != Import.State.PREVIEW:
        raise ImportOver
    batch.delete()


def _keep(batch: Import, number: int, found: Found, by: Staff) -> None:
    refused = found.refused
    if refused is None:
        refused = _refine(batch, found, by)
    beside = ("pictures", "warnings", "refused", "source")
    told = {name: value for name, value in vars(found).items() if name not in beside}
    ImportItem.objects.create(
        batch=batch,
        number=number,
        source=found.source[:500].replace("\0", ""),
        state=ImportItem.State.REFUSED if refused else ImportItem.State.READY,
        content=told,
        reason_zh=refused.zh if refused else "",
        reason_en=refused.en if refused else "",
        warnings=found.warnings,
    )


def _refine(batch: Import, found: Found, by: Staff) -> Unreadable | None:
    """Pictures become files of ours, and the text is made safe; a reason where that can't be."""
    urls: dict[str, str] = {}
    for name, (content, media_type) in found.pictures.items():
        try:
            file = store_upload(content=content, name=name, media_type=media_type, owner=by.upload_owner)
        except (FileEmpty, FileTooLarge):
            found.warnings.append(
                ("有图片为空或过大，没有导入。", "A picture was empty or too large and left out.")
            )
            continue
        ImportFile.objects.create(batch=batch, file=file)
        urls[name] = f"/api/v1/files/{file.key}"
    placed = _SRC.sub(lambda found_src: f'src="{urls.get(found_src[1], "")}"', found.html)
    try:
        found.html = clean(placed)
    except DomainError as error:
        found.html = ""
        return Unreadable(error.told("zh"), error.told("en"))
    if "<img" in placed and placed.count("<img") > found.html.count("<img"):
        found.warnings.append(
            ("外部图片没有导入，请在编辑时补上。", "Pictures from elsewhere were left out; add them later.")
        )
    return None


def _adopt(
    item: ImportItem, place: EntryPlace, *, language: str, submit: bool, by: Staff, now: datetime
) -> None:
    """One item: all of it or nothing, and a refusal is kept with its reason."""
    told: dict[str, Any] = item.content
    try:
        with transaction.atomic():
            version = begin_entry(
                kind=told["kind"],
                place=place,
                language=language,
                region=told["region"],
                content=VersionContent(title=told["title"], html=told["html"], questions=told["questions"]),
                by=by,
                now=now,
            )
            if submit:
                submit_version(version_id=version.pk, by=by, now=now)
        item.state, item.entry = ImportItem.State.DONE, version.edition.entry
    except DomainError as refusal:
        item.state = ImportItem.State.REFUSED
        item.reason_zh, item.reason_en = refusal.told("zh"), refusal.told("en")
    item.save()


def _audience(told: dict[str, Any], default: str) -> str:
    wanted = told["audience"] or default
    return "internal" if told["kind"] == "script" else wanted


def _category_paths() -> dict[str, int]:
    """Each category by its path of Chinese names without spaces, and by its own name."""
    rows = {row.pk: row for row in Category.objects.all()}
    paths: dict[str, int] = {}
    for row in rows.values():
        names, parent = [row.name_zh], row.parent_id
        while parent is not None:
            names.insert(0, rows[parent].name_zh)
            parent = rows[parent].parent_id
        paths.setdefault(row.name_zh.replace(" ", ""), row.pk)
        paths["/".join(names).replace(" ", "")] = row.pk
    return paths
