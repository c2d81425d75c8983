"""The words by which mail programs announce what they repeat: `quote_words.toml`, as regular expressions."""

import tomllib
from pathlib import Path

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))

WROTE = "|".join(_WORDS["wrote"])
WROTE_UNSPACED = "|".join(_WORDS["wrote_unspaced"])
OPENERS = "|".join(_WORDS["openers"])
OPENERS_UNSPACED = "|".join(_WORDS["openers_unspaced"])
REPEATED = "|".join(_WORDS["repeated"])
DEVICES = "|".join(_WORDS["devices"])
DEVICES_AT_END = "|".join(_WORDS["devices_at_end"])
FIELDS = {kind: "|".join(names) for kind, names in _WORDS["fields"].items()}
