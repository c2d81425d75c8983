"""The common endings of an English word, asked for at search time."""

import re

_ENGLISH = re.compile(r"[a-z]{3,24}\Z")
_LEAST_STEM = 3


def english_forms(word: str) -> list[str]:
    """Return the word itself first, then its forms in -s, -es, -ed, -ing and -ies, existing or not.

    Stored text keeps the words as they were written; the query asks for any of these. A form that
    no text contains costs one look-up. Prefix search instead reads every word that begins alike,
    a cost that grows with the archive; stored stems would confuse names and codes for good.
    """
    if not _ENGLISH.match(word):
        return [word]
    forms = {word: None}
    for stem in _stems(word):
        forms.update(dict.fromkeys(_with_endings(stem)))
    return list(forms)


def _stems(word: str) -> list[str]:
    stems = [word]
    if word.endswith("ies"):
        stems.append(word[:-3] + "y")
    elif word.endswith("es"):
        stems += [word[:-2], word[:-1]]
    elif word.endswith("s") and not word.endswith("ss"):
        stems.append(word[:-1])
    elif word.endswith("ied"):
        stems.append(word[:-3] + "y")
    elif word.endswith("ed"):
        stems += [word[:-2], word[:-1]]
    elif word.endswith("ing"):
        stems += [word[:-3], word[:-3] + "e"]
    return [stem for stem in stems if len(stem) >= _LEAST_STEM]


def _with_endings(stem: str) -> list[str]:
    if stem.endswith("e"):
        return [stem, stem + "s", stem + "d", stem[:-1] + "ing"]
    forms = [stem, stem + "s", stem + "es", stem + "ed", stem + "ing"]
    if stem.endswith("y"):
        forms += [stem[:-1] + "ies", stem[:-1] + "ied"]
    return forms
