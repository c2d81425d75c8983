"""The models, the endpoint and the figures, for those who manage assistance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from ninja import Status

from zhiyin.assist.api.router import router
from zhiyin.assist.asking import who_does_what
from zhiyin.assist.commands.configuring import change_endpoint, change_preferences, try_endpoint
from zhiyin.assist.commands.training import MOST, activate_version, ask_for_training, use_shipped_pack
from zhiyin.assist.jobs import train_later
from zhiyin.assist.models import Endpoint, ModelVersion, Preferences, Training
from zhiyin.assist.queries.standing import drift_of, uses_by_task
from zhiyin.assist.remote.carrying import TASKS
from zhiyin.assist.remote.guarding import embedding_tokens_spent, tokens_spent
from zhiyin.assist.shapes import (
    AssistPreferencesBody,
    AssistSettings,
    EndpointBody,
    EndpointShape,
    ModelTriedShape,
    TrainingShape,
    VersionReport,
)
from zhiyin.assist.shipped import chosen_pack, packs
from zhiyin.people.access import Signed, needs
from zhiyin.tickets.models import Category, Ticket

MANAGE = needs("assist.manage")
DAYS = timedelta(days=30)


@router.get("/assist/settings", response=AssistSettings, auth=MANAGE)
def get_settings(request: Signed) -> Any:
    """How assistance stands: models, endpoint, who does what, what people made of it in 30 days."""
    now = timezone.now()
    versions = list(ModelVersion.objects.defer("baseline").order_by("-number")[:20])
    active = ModelVersion.objects.filter(active=True).first()
    preferences = Preferences.objects.first()
    return {
        "versions": [_version(one) for one in versions],
        "training": Training.objects.order_by("-asked_at", "-pk").first(),
        "known": Ticket.objects.filter(category__isnull=False)[:MOST].count(),
        "drift": vars(drift_of(active, now=now)),
        "endpoint": _endpoint(),
        "tasks": who_does_what(now=now),
        "uses": uses_by_task(since=now - DAYS),
        "trains_nightly": preferences is None or preferences.trains_nightly,
        "pack": chosen_pack(preferences.pack if preferences else None).key,
        "packs": [
            {"key": one.key, "name_zh": one.name_zh, "name_en": one.name_en, "topics": len(one.topics)}
            for one in packs()
        ],
    }


@router.get("/assist/versions/{int:version_id}", response=VersionReport, auth=MANAGE)
def get_version(request: Signed, version_id: int) -> Any:
    """The report of a version on tickets held back, categories by their names."""
    version = ModelVersion.objects.get(pk=version_id)
    report = version.report
    names = {str(pk): path for pk, path in Category.objects.values_list("pk", "path")}
    rows = [row | {"category": names.get(row["category"], "?")} for row in report["by_category"]]
    confused = [[names.get(a, "?"), names.get(b, "?"), count] for a, b, count in report["confused"]]
    return _version(version) | {"by_category": rows, "confused": confused, "bins": report["bins"]}


@router.post("/assist/trainings", response={202: TrainingShape}, auth=MANAGE)
def post_training(request: Signed) -> Any:
    """Have the classifier learn from the tickets there are."""
    training = ask_for_training(by=request.auth, now=timezone.now())
    train_later.defer(training_id=training.pk)
    return Status(202, training)


@router.post("/assist/versions/{int:version_id}/activation", response={204: None}, auth=MANAGE)
def post_activation(request: Signed, version_id: int) -> Any:
    """Have this version answer from now on: also the way back to an earlier one."""
    activate_version(version_id=version_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.delete("/assist/versions/active", response={204: None}, auth=MANAGE)
def delete_active(request: Signed) -> Any:
    """Back to the shipped pack."""
    use_shipped_pack(by=request.auth, now=timezone.now())
    return Status(204, None)


@router.put("/assist/endpoint", response=EndpointShape, auth=MANAGE)
def put_endpoint(request: Signed, body: EndpointBody) -> Any:
    """Change the endpoint; what is left out stays."""
    told = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    change_endpoint(values=told, by=request.auth, now=timezone.now())
    return _endpoint()


@router.post("/assist/endpoint/trials", response=ModelTriedShape, auth=MANAGE)
def post_trial(request: Signed) -> Any:
    """Ask the endpoint for one word, and for one vector where it is to give some."""
    return vars(try_endpoint())


@router.put("/assist/preferences", response={204: None}, auth=MANAGE)
def put_preferences(request: Signed, body: AssistPreferencesBody) -> Any:
    """Change what is done by itself."""
    told = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    change_preferences(values=told, by=request.auth, now=timezone.now())
    return Status(204, None)


def _version(version: ModelVersion) -> dict[str, Any]:
    names = ("id", "number", "active", "trained_at", "texts", "categories", "seconds")
    report = {name: version.report[name] for name in ("accuracy", "macro_f1", "calibration_error")}
    return {name: getattr(version, name) for name in names} | report


def _endpoint() -> dict[str, Any]:
    endpoint = Endpoint.objects.first() or Endpoint()
    names = (
        "active", "url", "model", "speech_model", "tasks", "timeout_seconds", "tokens_a_day", "tokens_a_person", "failures",
        "open_until", "last_error", "embedding_model", "embedding_tokens_a_day", "embedding_failures", "embedding_open_until",
        "embedding_error",
    )  # fmt: skip
    return {name: getattr(endpoint, name) for name in names} | {
        "has_key": bool(endpoint.key),
        "offered": list(TASKS),
        "spent": tokens_spent(now=timezone.now()),
        "embedding_spent": embedding_tokens_spent(now=timezone.now()),
    }
