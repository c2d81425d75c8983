"""What conditions may ask of readings, beside the mood, which is a ticket's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from zhiyin.assist.models import Reading
from zhiyin.tickets.fields.kinds import Choice
from zhiyin.tickets.fields.registry import Field, Viewpoint, one_of, register

RISKS = (
    Choice("regulator", "向监管投诉", "Regulator"),
    Choice("media", "曝光、媒体", "Media"),
    Choice("law", "法律途径、报警", "Law or police"),
    Choice("safety", "人身与财产安全", "Safety"),
    Choice("self_harm", "轻生", "Self-harm"),
    Choice("leaving", "要走", "Wants to leave"),
)
_SOON = timedelta(minutes=1)


def _risk(value: list[Any], _viewpoint: Viewpoint) -> Q:
    return Q(Exists(Reading.objects.filter(ticket=OuterRef("pk"), risks__overlap=value)))


def _language(value: list[Any], _viewpoint: Viewpoint) -> Q:
    return Q(Exists(Reading.objects.filter(ticket=OuterRef("pk"), language__in=value)))


def _category(value: list[Any], _viewpoint: Viewpoint) -> Q:
    ids = [one for one in value if isinstance(one, int)]
    return Q(Exists(Reading.objects.filter(ticket=OuterRef("pk"), category__in=ids)))


register(
    Field(
        "assist_risk",
        "choice",
        "客户提到",
        "Customer threatens",
        one_of(_risk),
        choices=RISKS,
        true_for=_SOON,
    ),
    Field(
        "assist_language",
        "choice",
        "来信语言",
        "Language written in",
        one_of(_language),
        picker="languages",
        named=("*",),
        true_for=_SOON,
    ),
    Field(
        "assist_category",
        "choice",
        "建议分类",
        "Suggested category",
        one_of(_category),
        picker="categories",
        true_for=_SOON,
    ),
)
