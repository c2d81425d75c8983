"""Small files made on the spot: a photo-like picture, a one-page PDF."""

from __future__ import annotations

import struct
import zlib
from random import Random

_SIZE = 64
_FONT = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def picture(rng: Random) -> bytes:
    """A small PNG: soft colours with a dark scratch, as of a damaged thing photographed."""
    red, green, blue = (int(90 + rng.random() * 120) for _ in range(3))
    at, slope = rng.random() * _SIZE, rng.random() - 0.5
    rows = bytearray()
    for y in range(_SIZE):
        rows.append(0)
        for x in range(_SIZE):
            dark = 0.35 if abs(x - at - slope * y) < 2 else 1.0
            light = dark * (0.7 + 0.3 * y / _SIZE)
            rows += bytes((int(red * light), int(green * light), int(blue * light)))
    header = struct.pack(">IIBBBBB", _SIZE, _SIZE, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _piece(b"IHDR", header)
        + _piece(b"IDAT", zlib.compress(bytes(rows), 9))
        + _piece(b"IEND", b"")
    )


def document(lines: list[str]) -> bytes:
    """A one-page PDF of ASCII lines."""
    shown = "".join(f"({line}) Tj 0 -20 Td " for line in lines)
    stream = f"BT /F1 14 Tf 60 760 Td {shown}ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s >>" % _FONT,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    made, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    made += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(made)


def _piece(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
