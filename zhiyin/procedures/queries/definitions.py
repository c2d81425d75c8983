"""Procedures as they stand in settings."""

from __future__ import annotations

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zhiyin.procedures.models import Case, Definition, Version


def procedures() -> QuerySet[Definition]:
    """All by name, each with how many cases `running` and whether it `begins_itself`; one query."""
    newest = Version.objects.filter(definition=OuterRef("pk"), number=OuterRef("latest"))
    told = {"running": _running("definition"), "begins_itself": Exists(newest.exclude(starts={}))}
    return Definition.objects.annotate(**told).order_by("-active", "name_zh", "pk")


def procedure_with_version(definition_id: int, *, number: int | None = None) -> tuple[Definition, Version]:
    """A procedure and its newest version, or the one of this number. Raises Definition.DoesNotExist, Version.DoesNotExist."""
    definition = procedures().get(pk=definition_id)
    return definition, definition.versions.get(number=number or definition.latest)


def versions_of(definition_id: int) -> QuerySet[Version]:
    """A procedure's versions, the newest first, each with how many cases `running` on it."""
    rows = Version.objects.filter(definition_id=definition_id).annotate(running=_running("version"))
    return rows.select_related("published_by").order_by("-number")


def _running(column: str) -> Coalesce:
    cases = Case.objects.running().filter(**{column: OuterRef("pk")}).order_by()
    counted = cases.values(column).annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
