"""Tokens of folded text: words with their connectors, telephone numbers, amounts."""

import re

from zhiyin.platform.text.characters import WORD_CHARACTER

_CONNECTOR = r"[-_.@+'/\u2019\u2010]"

TOKEN = re.compile(f"{WORD_CHARACTER}+(?:{_CONNECTOR}{WORD_CHARACTER}+)*")

# A number is taken whole only where a token begins and ends with it: then a query, cut by the same
# rule, never asks for a number that the text did not yield.
_STARTS = f"(?=[+(\\d])(?<!{WORD_CHARACTER})(?<!{WORD_CHARACTER}{_CONNECTOR})"
_ENDS = f"(?!{_CONNECTOR}?{WORD_CHARACTER})"
_PHONES = (
    r"(?:(?:\+|00)?86[- ]?)?(?P<mobile>1[3-9]\d[- ]?\d{4}[- ]?\d{4})",
    r"\(?(?P<landline>0\d{2,3}[-) ]{1,2}\d{7,8}|0\d{2,3}[-) ]{1,2}\d{4}[- ]\d{4})",
    r"(?P<service>[48]00[- ]?\d{3}[- ]?\d{4}|[48]00[- ]?\d{4}[- ]?\d{3})",
    r"\+(?P<foreign>[1-9]\d{0,2}(?:[- .]?\(?\d{2,5}\)?){2,5})",
    r"(?P<amount>\d{1,3}(?:,\d{3})+(?:\.\d+)?)",
)
PHONE_OR_AMOUNT = re.compile(f"{_STARTS}(?:{'|'.join(_PHONES)}){_ENDS}")
MAYBE_PHONE_OR_AMOUNT = re.compile(r"\d[-\d ,()+]{4}")  # cheap to ask first; most texts have neither
_NOT_DIGITS = re.compile(r"\D+")


def digits_of(match: re.Match[str]) -> str:
    """Return a matched number without separators; of a Chinese mobile number also without +86."""
    if match.lastgroup == "amount":
        return match.group().replace(",", "")
    return _NOT_DIGITS.sub("", match.group(match.lastgroup or 0))
