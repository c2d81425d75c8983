"""Finding macros and scripts: for the picker, best first; for the settings, by name."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, F, FilteredRelation, Prefetch, Q, Value, When
from django.db.models.functions import Coalesce

from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import Page, keyset_page
from zhiyin.tickets.models import Macro, MacroFile
from zhiyin.tickets.models.macros import MacroQuerySet

SUGGESTED = 30
_WORDS_IN = ("name", "folder", "situation", "mood", "region", "sounds", "text")


@dataclass(frozen=True, kw_only=True)
class MacroFilter:
    query: str = ""
    kind: str = ""
    visibility: str = ""
    folder: str = ""


def suggested_macros(*, narrowed: MacroFilter, language: str, region: str, by: Staff) -> list[Macro]:
    """For the picker: those in the language of the case first, and not for another region; then favourites, then what
    the person uses most."""
    fits = When(languages=[], then=0) if not language else When(_speaks(language), then=0)
    here = ["", region, *map(str.strip, region.split("/"))]
    near = When(region__in=here, then=0) if region else When(region__isnull=False, then=0)
    found = _narrow(_with_mine(Macro.objects.visible_to(by), by), narrowed)
    return list(
        found.annotate(strange=Case(fits, default=1), elsewhere=Case(near, default=1)).order_by(
            "strange",
            "elsewhere",
            F("is_favourite").desc(),
            F("own_count").desc(),
            "-used_count",
            "name",
            "pk",
        )[:SUGGESTED]
    )


def list_macros(*, narrowed: MacroFilter, cursor: str | None, limit: int, by: Staff) -> Page[Macro]:
    """One page by name of those the person can use or look after."""
    found = _narrow(_with_mine(Macro.objects.shown_to(by), by), narrowed)
    return keyset_page(found, order=("name", "id"), cursor=cursor, limit=limit)


def macro_for(*, macro_id: int, by: Staff) -> Macro:
    """One macro with all that its shape needs."""
    return _with_mine(Macro.objects.shown_to(by), by).get(pk=macro_id)


def _with_mine(macros: MacroQuerySet, by: Staff) -> MacroQuerySet:
    """With what the person makes of each, and all its shape needs."""
    return (
        macros.annotate(mine=FilteredRelation("uses", condition=Q(uses__staff=by)))
        .annotate(
            is_favourite=Coalesce(F("mine__is_favourite"), Value(False)),
            own_count=Coalesce(F("mine__count"), Value(0)),
        )
        .select_related("owner", "group", "updated_by")
        .prefetch_related(
            Prefetch(
                "files",
                MacroFile.objects.select_related("file__blob").defer("file__blob__content").order_by("pk"),
            )
        )
    )


def _narrow(macros: MacroQuerySet, by: MacroFilter) -> MacroQuerySet:
    for word in by.query.split()[:8]:
        hit = Q(tags__icontains=word)
        for field in _WORDS_IN:
            hit |= Q(**{f"{field}__icontains": word})
        macros = macros.filter(hit)
    wanted = {"kind": by.kind, "visibility": by.visibility, "folder": by.folder}
    return macros.filter(**{name: value for name, value in wanted.items() if value})


def _speaks(language: str) -> Q:
    return Q(languages=[]) | Q(languages__contains=[language.split("-", maxsplit=1)[0]])
