"""The terms a text is found by. A term is a letter for its kind, a colon, and what it is.

c character · w word · p sound of a character · e English word, stemmed · n number · k concept · and only of titles:
i initials of pinyin · x beginnings of English words. g: three letters of an English word, asked when nobody wrote the word.
"""

from __future__ import annotations

from collections.abc import Iterator

import rjieba

from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.english import is_common as is_common_english
from zhiyin.knowledge.search.english import is_small, stem
from zhiyin.knowledge.search.normalising import HAN, TOKEN, normal
from zhiyin.knowledge.search.sounds import initials_of_run, sounds_of_letters, sounds_of_run

# Characters that say little of what somebody wants; they count for less in a question.
COMMON = frozenset(
    "的了我你他她它是在有就都也和跟与很呢吗啊呀吧嘛哦嗯噢哈这那个们着过把被给让说还又再上下来去到想要会能得地么什吖喇啦喔咁嘅"
    "咗唔係系噻哟撒嗦俺咱您请麻烦谢怎可以没好几多少时候天月日无不才先问为因所一两二三百十里面"
)
LONGEST_INITIALS, LONGEST_BEGINNING = 6, 8


def terms_of(text: str, concepts: Concepts) -> list[str]:
    """All terms of a text, each as often as it occurs."""
    plain = normal(text)
    terms = [f"k:{group}" for group in concepts.in_text(plain)]
    for match in TOKEN.finditer(plain):
        token = match.group()
        if HAN.match(token):
            terms += _of_run(token)
        elif token[0].isdigit():
            terms += _of_number(token, plain[match.end() : match.end() + 1])
        elif not is_small(token):
            terms.append(f"e:{stem(token)}")
    return terms


def terms_of_letters(token: str) -> list[str]:
    """What letters can mean in a question beside a word: pinyin in full, or its initials."""
    sounds = sounds_of_letters(token)
    if sounds:
        return [f"p:{sound}" for sound in sounds]
    return [f"i:{token}"] if 2 <= len(token) <= LONGEST_INITIALS else []


def terms_of_title(title: str) -> list[str]:
    """Short ways to type a title: initials of its pinyin, beginnings and pieces of its English words."""
    terms: set[str] = set()
    plain = normal(title)
    for run in HAN.findall(plain):
        initials = initials_of_run(run)
        for start in range(len(initials)):
            for length in range(2, LONGEST_INITIALS + 1):
                if start + length <= len(initials):
                    terms.add(f"i:{initials[start : start + length]}")
    for token in TOKEN.findall(plain):
        if token[0].isascii() and token[0].isalpha():
            terms.update(f"x:{token[:length]}" for length in range(2, min(len(token), LONGEST_BEGINNING) + 1))
            terms.update(f"g:{piece}" for piece in pieces(token))
    return sorted(terms)


def pieces(word: str) -> Iterator[str]:
    """Each three letters of a word and its edges: what a misspelt one still shares."""
    edged = f"^{word}$"
    return (edged[at : at + 3] for at in range(len(edged) - 2))


def is_common(term: str) -> bool:
    """Whether a character or word says little."""
    if term[0] == "e":
        return is_common_english(term[2:])
    return term[0] in "cw" and all(character in COMMON for character in term[2:])


def _of_run(run: str) -> Iterator[str]:
    yield from (f"c:{character}" for character in run)
    yield from (f"w:{word}" for word in rjieba.cut_for_search(run) if len(word) > 1)
    yield from (f"p:{sound}" for sound in sounds_of_run(run))


def _of_number(number: str, unit: str) -> Iterator[str]:
    yield f"n:{number}"
    if unit and (HAN.match(unit) or unit in "g%"):
        yield f"n:{number}{unit}"
