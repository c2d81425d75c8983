"""Regions as people write them: '中国大陆/广东' is Guangdong, which lies in mainland China."""

from __future__ import annotations

from collections.abc import Iterable


def depth_in(place: str, region: str) -> int | None:
    """How closely a region fits a place: 0 where it is none (it holds everywhere), else which part of the place it is,
    counted from the widest; None where the place does not lie in it, or is not known."""
    wanted = region.strip().casefold()
    if not wanted:
        return 0
    parts = parts_of(place)
    if "/".join(parts) == "/".join(parts_of(region)):
        return len(parts)
    return parts.index(wanted) + 1 if wanted in parts else None


def lies_in_one_of(place: str, regions: Iterable[str]) -> bool:
    """Whether one of the regions holds at the place; so it does where there are none."""
    told = [one for one in regions if one.strip()]
    return not told or any(depth_in(place, one) is not None for one in told)


def parts_of(place: str) -> list[str]:
    """Its parts, folded, the widest first."""
    return [part.strip().casefold() for part in place.split("/") if part.strip()]
