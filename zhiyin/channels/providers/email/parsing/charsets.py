"""Bytes to text. The declared charset is a claim: kept where the bytes agree, replaced by a better guess where not."""

import codecs
import re

_ALIASES = {
    # GB18030 contains GBK contains GB2312, and mail that says the smaller one often holds the larger
    **dict.fromkeys(
        ("gb2312", "gbk", "gb_2312-80", "x-gbk", "cn-gb", "csgb2312", "euc-cn", "cp936"), "gb18030"
    ),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5", "950", "cp950"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "sjis", "ms_kanji"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ks_c_5601", "ksc5601", "korean"), "cp949"),
    **dict.fromkeys(("iso-8859-1", "latin1", "us-ascii", "ascii", "ansi_x3.4-1968"), "cp1252"),
    **dict.fromkeys(("iso-8859-8-i", "iso-8859-8-e"), "iso8859-8"),
    **dict.fromkeys(("unicode-1-1-utf-7", "utf7"), "utf-7"),
    "hz-gb-2312": "hz",
    "iso-8859-9": "cp1254",
    "tis-620": "cp874",
    "cp-850": "cp850",
}
_CLAIMS_NOTHING = {"", "cp1252", "unknown-8bit", "x-unknown", "unknown", "default", "8bit", "binary", "none"}
# Python's codecs that no mail is written in; some can't replace what they can't read
_NO_CHARSETS = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ISO_2022_JP = ("iso2022_jp", "iso2022_jp_3", "iso2022_jp_2004", "iso2022_jp_ext")
_UNSTORABLE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ud800-\udfff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_SAMPLE = 20_000


def decode_text(data: bytes, declared: str = "") -> str:
    """Text of `data`, never failing; control characters and lone surrogates, which nobody means, are taken out."""
    return _UNSTORABLE.sub("", _decode(data, _codec_name(declared)))


def _decode(data: bytes, declared: str) -> str:
    for mark, codec in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.removeprefix(codecs.BOM_UTF8).decode(codec, "replace")
    if b"\x1b$" in data:
        return _decode_iso_2022(data)
    if data.isascii() and declared not in {"hz", "utf-7"} and not declared.startswith("utf-16"):
        return data.decode("ascii")
    if _is_surely_utf8(data):
        return data.decode("utf-8", "replace")
    if declared not in _CLAIMS_NOTHING:
        text = _decode_as_declared(data, declared)
        if text is not None:
            return text
    return data.decode(guess_charset(data), "replace")


def _codec_name(declared: str) -> str:
    name = declared.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if name in _CLAIMS_NOTHING:
        return name
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return ""
    return found.name if found._is_text_encoding and found.name not in _NO_CHARSETS else ""


def _is_surely_utf8(data: bytes) -> bool:
    """Valid UTF-8 with at least one character of three bytes: other charsets form that by chance hardly ever."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return any(character > "\u07ff" for character in text[:_SAMPLE])


def _decode_as_declared(data: bytes, codec: str) -> str | None:
    """The text, allowing a few broken characters; None when so much breaks that the label must be wrong."""
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        text = data.decode(codec, "replace")
    broken = text.count("\ufffd")
    return text if broken <= 1 or (broken * 20 < len(text) and not _guess_fits(data)) else None


def _guess_fits(data: bytes) -> bool:
    try:
        data.decode(guess_charset(data))
    except UnicodeDecodeError:
        return False
    return True


def _decode_iso_2022(data: bytes) -> str:
    if b"\x1b$)C" in data:
        return data.decode("iso2022_kr", "replace")
    for codec in _ISO_2022_JP:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return data.decode(_ISO_2022_JP[0], "replace")


def guess_charset(data: bytes) -> str:
    """The likeliest codec for bytes that say nothing true of themselves."""
    sample = data[:_SAMPLE]
    runs = _HIGH_RUN.findall(sample)
    high = sum(map(len, runs))
    if not high:
        return "cp1252"
    if _mostly_utf8(sample):
        return "utf-8"
    fits = {codec: share for codec in _PAIR_SCORES if (share := _PAIR_SCORES[codec](sample)) > 0.6}
    if fits:
        return max(fits, key=lambda codec: fits[codec])
    return "cp1251" if high > len(runs) * 3 else "cp1252"


def _mostly_utf8(sample: bytes) -> bool:
    text = sample.decode("utf-8", "replace")
    multibyte = sum(character > "\x7f" for character in text)
    return text.count("\ufffd") * 10 < multibyte


def _pairs(sample: bytes) -> list[tuple[int, int]]:
    """Lead and trail bytes as a two-byte charset would read them."""
    pairs, position, end = [], 0, len(sample) - 1
    while position < end:
        if sample[position] < 0x80:
            position += 1
        else:
            pairs.append((sample[position], sample[position + 1]))
            position += 2
    return pairs


def _gb18030_share(sample: bytes) -> float:
    """Share of pairs among the 3,755 common characters and the punctuation of GB2312."""
    pairs = _pairs(sample)
    common = sum((0xB0 <= lead <= 0xD7 or lead in {0xA1, 0xA3}) and trail >= 0xA1 for lead, trail in pairs)
    return common / max(len(pairs), 1)


def _big5_share(sample: bytes) -> float:
    """Share of pairs among the 5,401 common characters and the punctuation of Big5."""
    pairs = _pairs(sample)
    common = sum(0xA4 <= lead <= 0xC6 or (lead == 0xA1 and trail <= 0x7E) for lead, trail in pairs)
    low_trails = sum(0x40 <= trail <= 0x7E for _, trail in pairs)
    return common / max(len(pairs), 1) if low_trails * 8 > len(pairs) else 0.0


def _euc_kr_share(sample: bytes) -> float:
    """Share of Hangul; Chinese in GB2312 looks alike but reaches beyond row C8 for a third of its characters."""
    pairs = _pairs(sample)
    hangul = sum(0xB0 <= lead <= 0xC8 and trail >= 0xA1 for lead, trail in pairs)
    beyond = sum(0xC9 <= lead <= 0xFE for lead, _ in pairs)
    return hangul / max(len(pairs), 1) + 0.01 if beyond * 20 <= len(pairs) and len(pairs) >= 12 else 0.0


def _shift_jis_share(sample: bytes) -> float:
    """Japanese shows by its kana: rows 82 and 83."""
    pairs = _pairs(sample)
    kana = sum(lead in {0x82, 0x83} for lead, _ in pairs)
    return 1.0 if kana * 4 > len(pairs) else 0.0


def _euc_jp_share(sample: bytes) -> float:
    pairs = _pairs(sample)
    kana = sum(lead in {0xA4, 0xA5} and trail >= 0xA1 for lead, trail in pairs)
    return 1.0 if kana * 4 > len(pairs) else 0.0


_PAIR_SCORES = {
    "gb18030": _gb18030_share,
    "big5hkscs": _big5_share,
    "cp949": _euc_kr_share,
    "cp932": _shift_jis_share,
    "euc_jp": _euc_jp_share,
}
