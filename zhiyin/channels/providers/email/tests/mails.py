"""Raw mails put together for the tests."""

from __future__ import annotations

import base64


def mail(body: bytes | str = "hello", *fields: str | bytes, **named: str) -> bytes:
    """A mail of these fields (`Content-Type: …` whole, or by name) and this body."""
    usual = {"From": "Li Lei <lilei@example.cn>", "To": "help@shop.example", "Subject": "退款"} | {
        name.replace("_", "-").title(): value for name, value in named.items()
    }
    lines = [f"{name}: {value}".encode() for name, value in usual.items() if value]
    lines += [field if isinstance(field, bytes) else field.encode() for field in fields]
    content = body if isinstance(body, bytes) else body.encode()
    return b"\r\n".join(lines) + b"\r\n\r\n" + content


def part(content: bytes | str, *fields: str | bytes) -> bytes:
    head = b"\r\n".join(field if isinstance(field, bytes) else field.encode() for field in fields)
    return head + b"\r\n\r\n" + (content if isinstance(content, bytes) else content.encode())


def multipart(*parts: bytes, kind: str = "mixed", boundary: str = "frontier") -> tuple[bytes, str]:
    """The body and the Content-Type field of a multipart."""
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), one) for one in parts)
    return body + b"--%s--\r\n" % boundary.encode(), f'Content-Type: multipart/{kind}; boundary="{boundary}"'


def mixed(*parts: bytes, kind: str = "mixed", **named: str) -> bytes:
    body, field = multipart(*parts, kind=kind)
    return mail(body, field, **named)


def b64(content: bytes) -> str:
    return base64.encodebytes(content).decode()
