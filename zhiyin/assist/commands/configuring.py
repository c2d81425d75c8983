"""The endpoint, and what is done by itself."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.assist.events import AssistSettingsChanged
from zhiyin.assist.models import Endpoint, Preferences
from zhiyin.assist.remote.carrying import TASKS
from zhiyin.assist.remote.wire import Place, WireError, complete, embed, is_address
from zhiyin.assist.shipped import packs
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import Invalid


@dataclass(frozen=True)
class Tried:
    """What came of asking the endpoint for one word."""

    ok: bool
    reason: str  # '' or timeout, connection, refused, busy, server, nonsense
    model: str
    milliseconds: int
    embedding_reason: str = ""  # the same of a vector; '' too where none is asked for
    embedding_width: int = 0  # numbers in it


@transaction.atomic
def change_endpoint(*, values: dict[str, Any], by: Staff, now: datetime) -> Endpoint:
    """Change what is named. A key that is not named stays. Raises Invalid for an address that is none."""
    endpoint, _ = Endpoint.objects.select_for_update().get_or_create(only=True)
    url = values.get("url", endpoint.url).strip().rstrip("/")
    if url and not is_address(url):
        raise Invalid(fields={"url": "https://…/v1"})
    if not (values.get("key", "") or "-").isascii():  # it goes into a header
        raise Invalid(fields={"key": "a–z, 0–9"})
    if values.get("active", endpoint.active) and not (url and values.get("model", endpoint.model)):
        raise Invalid(fields={"model" if url else "url": "missing"})
    unknown = set(values.get("tasks", [])) - set(TASKS)
    if unknown:
        raise Invalid(fields={"tasks": ", ".join(sorted(unknown))})
    for name, value in values.items():
        setattr(endpoint, name, url if name == "url" else value)
    endpoint.failures, endpoint.open_until, endpoint.last_error, endpoint.changed_at = 0, None, "", now
    endpoint.embedding_failures, endpoint.embedding_open_until, endpoint.embedding_error = 0, None, ""
    endpoint.save()
    record_audit(action="assist.endpoint_changed", by=by.pk, target="assist:endpoint", now=now)
    emit(AssistSettingsChanged(by_id=by.pk, at=now))
    return endpoint


def try_endpoint() -> Tried:
    """Ask the endpoint for one word, and for one vector where it is to give some, whether it is switched on or not."""
    endpoint = Endpoint.objects.first()
    if endpoint is None or not endpoint.url:
        return Tried(False, "connection", "", 0)
    began = time.monotonic()
    place = Place(endpoint.url, endpoint.key, endpoint.model, float(endpoint.timeout_seconds))
    try:
        answer = complete(
            place, [{"role": "user", "content": "Answer with the one word: ready"}], most_tokens=20
        )
    except WireError as error:
        return Tried(False, error.reason, "", round((time.monotonic() - began) * 1000))
    milliseconds = round((time.monotonic() - began) * 1000)
    if not endpoint.embedding_model:
        return Tried(True, "", answer.model, milliseconds)
    try:
        found = embed(replace(place, model=endpoint.embedding_model), ["ready"])
    except WireError as error:
        return Tried(False, "", answer.model, milliseconds, embedding_reason=error.reason)
    return Tried(True, "", answer.model, milliseconds, embedding_width=len(found.rows[0]))


@transaction.atomic
def change_preferences(*, values: dict[str, Any], by: Staff, now: datetime) -> Preferences:
    """Change what is named of what is done by itself. Raises Invalid for a pack that does not ship."""
    if "pack" in values and values["pack"] not in {pack.key for pack in packs()}:
        raise Invalid(fields={"pack": ", ".join(pack.key for pack in packs())})
    preferences, _ = Preferences.objects.select_for_update().get_or_create(only=True)
    for name, value in values.items():
        setattr(preferences, name, value)
    preferences.save()
    record_audit(action="assist.preferences_changed", by=by.pk, target="assist:preferences", now=now)
    emit(AssistSettingsChanged(by_id=by.pk, at=now))
    return preferences
