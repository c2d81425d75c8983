"""OpenPGP inside plain text, as old programs write it: opened and checked where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from zhiyin.channels.providers.email.parsing.headers import Headers
from zhiyin.channels.providers.email.parsing.structure import Part, leaves

LONGEST = 2_000_000
_MESSAGE = re.compile(
    rb"^-----BEGIN PGP MESSAGE-----[ \t]*\r?\n.*?^-----END PGP MESSAGE-----[ \t]*$", re.MULTILINE | re.DOTALL
)
_SIGNED = re.compile(
    rb"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\r?\n(?:[A-Za-z]+: [^\r\n]*\r?\n)*[ \t]*\r?\n(?P<text>.*?)\r?\n"
    rb"(?P<seal>-----BEGIN PGP SIGNATURE-----.*?^-----END PGP SIGNATURE-----)[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_TRAILING = re.compile(rb"[ \t]+$", re.MULTILINE)
_LINE_END = re.compile(rb"\r?\n")


@dataclass(frozen=True, slots=True)
class Block:
    """An armoured block within a text, and what stands around it."""

    before: bytes
    text: bytes  # of a signed one: as it shows; of an encrypted one: its armour
    seal: bytes  # of a signed one: its signature
    after: bytes

    @property
    def is_signed(self) -> bool:
        return bool(self.seal)

    @property
    def is_all(self) -> bool:
        """Nothing stands outside it that could be taken for signed."""
        return not (self.before.strip() or self.after.strip())

    def signed_content(self) -> bytes:
        """What was signed: without blanks at the ends of lines, lines ending as mail has them (RFC 9580, 7.2)."""
        return _LINE_END.sub(b"\r\n", _TRAILING.sub(b"", _LINE_END.sub(b"\n", self.text)))


def read_block(text: bytes) -> Block | None:
    """The first signed or encrypted block of a text; None where there is none that is whole."""
    signed = _SIGNED.search(text)
    message = _MESSAGE.search(text)
    if signed is not None and (message is None or signed.start() < message.start()):
        shown = re.sub(rb"^- ", b"", signed["text"], flags=re.MULTILINE)
        return Block(text[: signed.start()], shown, signed["seal"], text[signed.end() :])
    if message is not None:
        return Block(text[: message.start()], message[0], b"", text[message.end() :])
    return None


def open_blocks(root: Part, opener: Callable[[Block], bytes | None]) -> Part:
    """The mail with the first block replaced by what `opener` makes of it; None leaves the mail as it is."""
    for part in leaves(root):
        block = read_block(part.content()) if _is_text(part) else None
        inside = opener(block) if block is not None else None
        if block is not None and inside is not None:
            return _with(root, part, block.before + inside + block.after)
    return root


def _is_text(part: Part) -> bool:
    return part.media_type == "text/plain" and part.end - part.start <= LONGEST


def _with(root: Part, part: Part, text: bytes) -> Part:
    """The tree with another text in place of a part; beside it, in an alternative, the HTML holds the armour and goes."""
    if root is part:
        kept = [one for one in part.headers.fields if not one[0].startswith("content-")]
        plain = Headers([*kept, ("content-type", b"text/plain")])
        return Part(plain, "text/plain", {}, text, 0, len(text))
    if not any(one is part for one in leaves(root)):
        return root
    children = tuple(_with(child, part, text) for child in root.children)
    if root.media_type == "multipart/alternative":
        children = tuple(
            new for old, new in zip(root.children, children, strict=True) if new is not old or old is part
        )
    return replace(root, children=children)
