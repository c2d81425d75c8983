"""Which language a text is in, by its letters and, for those written in Latin letters, by its commonest words.

ISO 639-1 codes; the share of letters or words that speak for it is the confidence. Several languages share letters: what
can't be told from few words is told with a low confidence rather than guessed at.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

READ = 4000
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
_COMMON = {
    "en": "the and to of is my you it in i not for have this was on with be can that do your me please how what when",
    "fr": "le la les de des et je vous est pas pour une un que mon ma dans ne bonjour merci avec sur nous votre",
    "de": "der die das und ich ist nicht ein eine mein meine zu mit für sie wir auf von es bitte habe wann wie",
    "es": "el la los de y que no mi un una es por para con se me lo hola gracias está pero cuando como su",
    "pt": "o a os de e que não um uma meu minha é para com se em por obrigado olá você mas quando como está",
    "it": "il la di e che non un una mio mia è per con si ho grazie ciao come quando sono ma della nel",
    "nl": "de het een en ik is niet mijn van te dat voor met u op wij heb bedankt hallo wanneer hoe zijn",
    "id": "yang dan saya tidak ini di untuk dengan apa ke dari bisa ada kapan sudah mohon terima kasih anda",
    "vi": "tôi không của và là có cho được này với bạn khi đơn hàng xin chào cảm ơn",
    "ms": "saya tidak dan yang ini untuk dengan boleh ada bila sudah terima kasih anda pesanan",
}
_WORDS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Language:
    """`code` is '' where nothing tells."""

    code: str
    confidence: float


def language_of_text(text: str) -> Language:
    """What the text is in, as a whole."""
    told = text[:READ]
    letters = sum(1 for one in told if one.isalpha())
    if not letters:
        return Language("", 0.0)
    counts = {code: len(pattern.findall(told)) for code, pattern in _SCRIPTS}
    if counts["ja"] * 10 > letters and counts["zh"]:  # kana among characters
        counts["ja"] += counts.pop("zh")
    # a character of Chinese says as much as several letters
    weights = {code: count * (3 if code in ("zh", "ja", "ko") else 1) for code, count in counts.items()}
    code, most = max(weights.items(), key=lambda one: one[1])
    latin = letters - sum(counts.values())
    if most >= latin and most:
        return Language(code, round(most / (most + latin), 3))
    return _latin(told)


def _latin(text: str) -> Language:
    words = [word.casefold() for word in _WORD.findall(text)]
    hits = Counter({code: sum(word in known for word in words) for code, known in _WORDS.items()})
    (code, most), (_, next_most) = hits.most_common(2)
    if not most:
        return Language("en" if len(words) > 1 and text.isascii() else "", 0.3)
    share = most / (most + next_most)
    return Language(code, round(min(share, 0.4 + most / 5), 3))
