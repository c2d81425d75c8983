"""How words sound: homophones typed by mistake, pinyin left as letters, and initials."""

from __future__ import annotations

from functools import lru_cache

import rjieba

LONGEST_SYLLABLE = 6
_SIMILAR_STARTS = (("zh", "z"), ("ch", "c"), ("sh", "s"))


def sounds_of_run(run: str) -> list[str]:
    """The sound of each character, by the words it stands in; sounds often taken for each other are one."""
    return [_merged(sound) for sound in _pinyin(run)]


def initials_of_run(run: str) -> str:
    """'退款进度' gives 'tkjd'."""
    return "".join(sound[0] for sound in _pinyin(run) if sound)


@lru_cache(maxsize=20_000)
def sounds_of_letters(letters: str) -> tuple[str, ...]:
    """'tuikuan' gives ('tui', 'kuan'); nothing when the letters aren't whole syllables."""
    best: list[tuple[str, ...] | None] = [(), *[None] * len(letters)]
    for start in range(len(letters)):
        before = best[start]
        if before is None:
            continue
        for end in range(start + 1, min(len(letters), start + LONGEST_SYLLABLE) + 1):
            known = best[end]
            if letters[start:end] in _syllables() and (known is None or len(before) + 1 < len(known)):
                best[end] = (*before, letters[start:end])
    return tuple(_merged(sound) for sound in best[-1] or ())


def sounds_begun(letters: str) -> tuple[str, ...]:
    """Whole syllables at the beginning, when the last is still being typed: 'tuik' gives ('tui',)."""
    for end in range(len(letters), max(len(letters) - LONGEST_SYLLABLE, 1), -1):
        sounds = sounds_of_letters(letters[:end])
        if sounds:
            return sounds
    return ()


@lru_cache(maxsize=4_096)
def _merged(sound: str) -> str:
    for start, similar in _SIMILAR_STARTS:
        if sound.startswith(start):
            sound = similar + sound[len(start) :]
    return sound.replace("ing", "in").replace("eng", "en")


def _pinyin(run: str) -> list[str]:
    return [sound for word in rjieba.cut(run) for sound in _pinyin_of_word(word)]


@lru_cache(maxsize=100_000)
def _pinyin_of_word(word: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # late: its tables take a while to load

    return tuple(lazy_pinyin(word))


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    from pypinyin import lazy_pinyin

    common = (chr(code) for code in range(0x4E00, 0x9FA6))
    return frozenset(sound for sound in lazy_pinyin("".join(common)) if sound.isascii() and sound.isalpha())
