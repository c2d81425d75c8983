"""The rules that ship; a centre that has one, changed or not, keeps it as it is."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from zhiyin.tickets.models import WordingRule

_FILE = Path(__file__).parent / "shipped.toml"


@transaction.atomic
def install_shipped_wording() -> None:
    """Give the centre the rules that ship and that it has not got yet."""
    known = set(WordingRule.objects.exclude(key="").values_list("key", flat=True))
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))["rules"]
    WordingRule.objects.bulk_create(
        (WordingRule(at=timezone.now(), **rule) for rule in told if rule["key"] not in known),
        ignore_conflicts=True,
    )
