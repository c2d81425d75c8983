"""Publishing procedures and connecting the systems they call."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError, Invalid
from zhiyin.platform.outbound.addresses import AddressRefused, check_reachable
from zhiyin.platform.outbound.signing import new_secret
from zhiyin.procedures.checking import check
from zhiyin.procedures.events import ProcedurePublished
from zhiyin.procedures.models import Definition, OutsideSystem, Version
from zhiyin.procedures.queries.known import known_for
from zhiyin.procedures.tidying import tidy
from zhiyin.tickets.fields.trees import EVERYTHING, Tree, checked_for_everybody


@dataclass(frozen=True, kw_only=True)
class ProcedureForm:
    """A procedure as somebody wrote it. `starts` are conditions under which it begins by itself; empty: by hand only."""

    key: str
    name_zh: str
    name_en: str
    about_zh: str = ""
    about_en: str = ""
    starts: Tree = field(default_factory=dict)
    content: dict[str, Any]


class ProcedureUnfit(DomainError):
    """`problems` lists what is wrong: place, zh, en."""

    code = "procedures.unfit"
    status = 422
    messages = {
        "zh": "流程还不能发布，有 {count} 处问题，请看标出的位置。第一处：{zh}",
        "en": "The procedure can't be published yet: {count} problems, marked where they are. The first: {en}",
    }


class KeyTaken(DomainError):
    code = "procedures.key_taken"
    status = 409
    messages = {
        "zh": "已有标识为“{key}”的流程，请换一个标识。",
        "en": "There is a procedure {key} already; choose another key.",
    }


@transaction.atomic
def publish_procedure(
    *, definition_id: int | None, form: ProcedureForm, by: Staff | None, now: datetime
) -> Definition:
    """Publish a new procedure (None) or a new version of one; cases that run stay on theirs.

    The same again makes no new version. Raises ProcedureUnfit, KeyTaken, BadCondition, PersonalCondition.
    """
    definition = (
        Definition.objects.select_for_update().get(pk=definition_id)
        if definition_id is not None
        else _new(form.key, now)
    )
    content, problems = check(form.content, known_for(definition.key))
    if content is None or problems:
        told = [vars(problem) for problem in problems]
        raise ProcedureUnfit(problems=told, count=len(told), zh=problems[0].zh, en=problems[0].en)
    for name in ("name_zh", "name_en", "about_zh", "about_en"):
        setattr(definition, name, getattr(form, name).strip())
    kept, starts = tidy(content), checked_starts(form.starts)
    newest = definition.versions.order_by("-number").first() if definition.pk else None
    is_new = newest is None or (newest.content, newest.starts) != (kept, starts)
    definition.latest = (newest.number if newest else 0) + is_new
    definition.save()
    if is_new:
        _add_version(definition, kept, starts, by, now)
    return definition


def checked_starts(starts: Tree) -> Tree:
    """The conditions as they are kept; without any it begins by hand only. Raises BadCondition, PersonalCondition."""
    return checked_for_everybody(starts) if starts and starts != EVERYTHING else {}


@transaction.atomic
def switch_procedure(*, definition_id: int, active: bool, by: Staff, now: datetime) -> Definition:
    """Take a procedure into or out of use; cases that run go on."""
    definition = Definition.objects.select_for_update().get(pk=definition_id)
    if definition.active != active:
        definition.active = active
        definition.save(update_fields=["active"])
        _audit("procedures.switched", f"procedure:{definition.key}", by, now, active=active)
    return definition


@transaction.atomic
def save_system(
    *, system_id: int | None, key: str, name_zh: str, name_en: str, url: str, by: Staff | None, now: datetime
) -> OutsideSystem:
    """Name an outside system and its address; a new one (None) gets a secret of its own. Raises Invalid, KeyTaken."""
    url = url.strip()
    if url:
        try:
            check_reachable(url)
        except AddressRefused as refused:
            raise Invalid(fields={"url": str(refused)}) from refused
    if system_id is None:
        if OutsideSystem.objects.filter(key=key).exists():
            raise KeyTaken(key=key)
        system = OutsideSystem(key=key, secret=new_secret(), created_at=now)
    else:
        system = OutsideSystem.objects.select_for_update().get(pk=system_id)
    system.name_zh, system.name_en, system.url = name_zh.strip(), name_en.strip(), url
    system.save()
    _audit("procedures.system_saved", f"outside_system:{system.key}", by, now, url=url)
    return system


@transaction.atomic
def renew_system_secret(*, system_id: int, by: Staff, now: datetime) -> OutsideSystem:
    """Sign calls with a fresh secret from now on."""
    system = OutsideSystem.objects.select_for_update().get(pk=system_id)
    system.secret = new_secret()
    system.save(update_fields=["secret"])
    _audit("procedures.system_secret_renewed", f"outside_system:{system.key}", by, now)
    return system


def _new(key: str, now: datetime) -> Definition:
    if Definition.objects.filter(key=key).exists():
        raise KeyTaken(key=key)
    return Definition(key=key, created_at=now)


def _add_version(
    definition: Definition, content: dict[str, Any], starts: Tree, by: Staff | None, now: datetime
) -> None:
    version = Version.objects.create(
        definition=definition,
        number=definition.latest,
        content=content,
        starts=starts,
        published_by=by,
        published_at=now,
    )
    by_id = by.pk if by else None
    emit(ProcedurePublished(definition_id=definition.pk, version_id=version.pk, by_id=by_id, at=now))
    _audit("procedures.published", f"procedure:{definition.key}", by, now, version=definition.latest)


def _audit(action: str, target: str, by: Staff | None, now: datetime, **details: Any) -> None:
    record_audit(action=action, by=by.pk if by else None, target=target, details=details, now=now)
