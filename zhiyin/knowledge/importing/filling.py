"""What a file says of an entry beside its text: kind, audience, language and the like, or why it can't be so."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zhiyin.knowledge.importing.found import Found, Unreadable

LONGEST_REGION = 40
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?\Z")
KINDS = {
    "article": "article",
    "文章": "article",
    "faq": "faq",
    "常见问题": "faq",
    "问答": "faq",
    "script": "script",
    "话术": "script",
}
AUDIENCES = {
    "public": "public", "公开": "public", "signed_in": "signed_in", "登录客户": "signed_in",
    "internal": "internal", "内部": "internal",
}  # fmt: skip
MOODS = {"angry": "angry", "愤怒": "angry", "生气": "angry", "anxious": "anxious", "焦急": "anxious", "neutral": "neutral",
         "平静": "neutral", "pleased": "pleased", "满意": "pleased"}  # fmt: skip


def fill_in(found: Found, said: Mapping[str, str]) -> None:
    """Take over what is said, by name; what is not said stays, and what can't be is refused with its reason."""
    found.category, found.language = said.get("category", ""), said.get("language", "")
    found.region, found.situation = said.get("region", ""), said.get("situation", "")
    if said.get("kind"):
        found.kind = _one_of(KINDS, said["kind"], "类型", "kind", found)
    if said.get("audience"):
        found.audience = _one_of(AUDIENCES, said["audience"], "受众", "audience", found)
    if said.get("mood"):
        found.mood = _one_of(MOODS, said["mood"], "情绪", "mood", found)
    if found.language and not LANGUAGE.match(found.language):
        found.refused = found.refused or Unreadable(
            f"语言“{found.language[:40]}”不认识，请填 zh-CN、en 这样的代码。",
            f"Unknown language “{found.language[:40]}”: use a code such as zh-CN or en.",
        )
    if len(found.region) > LONGEST_REGION:
        found.refused = found.refused or Unreadable(
            f"地区超过 {LONGEST_REGION} 字，请缩短。",
            f"The region is longer than {LONGEST_REGION} characters; shorten it.",
        )


def _one_of(known: dict[str, str], said: str, zh: str, en: str, found: Found) -> str:
    value = known.get(said.strip().lower(), "")
    if not value:
        here = "、".join(word for word in known if not word.isascii())
        there = ", ".join(dict.fromkeys(known.values()))
        found.refused = found.refused or Unreadable(
            f"{zh}“{said[:40]}”不认识，可填：{here}。", f"Unknown {en} “{said[:40]}”: use {there}."
        )
    return value
