"""Which characters make up words, and the one form in which text is compared."""

import re
import unicodedata

# Scripts written without spaces between words. Their runs are cut into pairs of characters.
RUN_SCRIPTS = (
    "\u3005-\u3007"  # 々〆〇
    "\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3100-\u312f\u31a0-\u31bf"  # bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\U00020000-\U0003ffff"  # Han, later extensions
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"  # Hangul
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
)
RUN = re.compile(f"[{RUN_SCRIPTS}]+")

# A letter or digit of a script that does put spaces between words.
WORD_CHARACTER = f"[^\\W_{RUN_SCRIPTS}]"
WORD = re.compile(f"{WORD_CHARACTER}+")

# Zero-width marks, soft hyphens and direction marks: invisible, and fatal to a comparison.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


def fold(text: str) -> str:
    """Return the text as it is compared: compatibility forms unified, caseless, nothing invisible.

    Traditional characters stay traditional: 後 and 后 are different words in names.
    """
    # The Chinese comma separates words; made an ASCII one, it would join figures: 100，200.
    folded = unicodedata.normalize("NFKC", text.replace("，", "、")).casefold()
    return INVISIBLE.sub("", folded) if not folded.isascii() else folded
