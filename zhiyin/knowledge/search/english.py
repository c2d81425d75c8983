"""What English does to words: endings, forms that follow no rule, contractions, and words that say little of what is asked."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

import tantivy

_IRREGULAR = Path(__file__).with_name("irregular.txt")
_CONTRACTED = re.compile(r"'(?:s|d|m|ll|re|ve)?$")
_LONGEST = 24  # letters; what is longer is no word
_SMALL = (
    "i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her "
    "hers herself it its itself they them their theirs themselves one who whom whose this that these those a an the "
    "and but if or so as am is are was were be been being have has had having do does did doing done will would "
    "shall should can could may might must ought of to in on at by for with from into about than then too also just "
    "now very please hi hey hello dear thanks thank thx ok okay yes yeah well oh any some there here im ive id ill "
    "youre theyre thats whats dont doesnt didnt cant couldnt wont wouldnt isnt arent wasnt havent hasnt hadnt gonna "
    "wanna gotta u ur pls plz lol"
)
# what people say whatever they ask for: it counts, but little
_COMMON = (
    "want need know tell say said ask like make thing something anything everything nothing someone anyone way lot "
    "bit kind really actually even still already ever always again much many more most other another such all both "
    "each every only own same go come put try use give take keep let seem think feel look hope help question "
    "problem issue guy people today yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday "
    "morning evening night week month ago since until while because though although however instead maybe perhaps "
    "please sorry good bad great nice right sure what which when where "
    "why how not no"
)


def is_small(word: str) -> bool:
    """Whether a word says nothing by itself: pronouns, articles, auxiliary verbs, greetings."""
    return word in _small_words() or _CONTRACTED.sub("", word.removesuffix("n't")) in _small_words()


def is_common(stemmed: str) -> bool:
    """Whether the stem is of a word that says little of what somebody wants."""
    return stemmed in _common_stems()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What a word's forms have in common: ships, shipped and shipping are one, and so are pay and paid."""
    if len(word) > _LONGEST:
        return word
    plain = _CONTRACTED.sub("", word).replace("'", "") or word
    return str(_stemmer().analyze(_irregular().get(plain, plain))[0])


@cache
def _stemmer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    return builder.filter(tantivy.Filter.stemmer("english")).build()


@cache
def _irregular() -> dict[str, str]:
    """Forms and the word they belong to; a form of several stays as it is."""
    found: dict[str, str] = {}
    for line in _IRREGULAR.read_text(encoding="utf-8").splitlines():
        word, *forms = line.split()
        found |= {form: word for form in forms if form not in found}
    return found


@cache
def _small_words() -> frozenset[str]:
    return frozenset(_SMALL.split())


@cache
def _common_stems() -> frozenset[str]:
    return frozenset(map(stem, _COMMON.split()))
