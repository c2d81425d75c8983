"""Delivery reports: RFC 3464, and those providers write in their own words."""

import re
from collections.abc import Iterator
from itertools import islice

from zhiyin.channels.providers.email.parsing.charsets import decode_text
from zhiyin.channels.providers.email.parsing.fields import message_ids, one_line
from zhiyin.channels.providers.email.parsing.headers import Headers, skip_envelope, split_headers
from zhiyin.channels.providers.email.parsing.parsed import Bounce, FailedRecipient
from zhiyin.channels.providers.email.parsing.structure import Part, leaves
from zhiyin.channels.providers.email.tokens import DELIVERY_HEADER, key_in_message_id

_DAEMON = re.compile(
    r"^(?:mailer-?daemon|mail-daemon|postmaster|mdaemon|mail\.?delivery|bounces?|daemon|system)(?:[+@._-]|$)",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|failed|report|problem|to the following)"
    r"|fail(?:ed|ure) (?:notice|delivery)|mail delivery|returned mail|return(?:ed)? to sender|returning message"
    r"|(?:could not|couldn't|wasn't|cannot|can't) be delivered|mail system error|non.?deliver|message not delivered"
    r"|退信|退件|退回|无法送达|無法送達|未送达|无法投递|無法傳遞|投递失败|投遞失敗|发送失败|未传递|未能送达|寄送失敗"
    r"|nicht zustellbar|unzustellbar|non remis|échec de la remise|no se puede entregar|no entregado"
    r"|mancata consegna|não entregue|配信不能|配信できません|届けられません|не доставлено|недоставлен|niedostarcz"
    r"|onbestelbaar|olevererbar",
    re.IGNORECASE,
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_SMTP_CODE = re.compile(r"(?<![\d.-])([45]\d\d)(?=[ -]\D|[ -][45]\.)")
_REASON = re.compile(
    r"(?:退信原因|失败原因|原因|reason|error|remote host said|diagnostic)[ \t]*[:：][ \t]*(\S[^\n]{3,400})",
    re.IGNORECASE,
)
_STILL_TRIED = re.compile(r"delay|will (?:retry|keep trying)|延迟|重试|继续尝试", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+=-]{1,100}@[\w-]+(?:\.[\w-]+)+")
_ID_IN_TEXT = re.compile(r"^[ \t>]*message-id:\s*<([^<>\s]{3,900})>", re.IGNORECASE | re.MULTILINE)
_ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded"}
_RECIPIENTS_LIMIT = 200
_STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}
_ORIGINAL_TYPES = {
    "message/rfc822",
    "message/global",
    "message/rfc822-headers",
    "message/global-headers",
    "text/rfc822-headers",
}
_STATUS_LIMIT = 100_000
_STATUSES_LIMIT = 20


def read_bounce(*, root: Part, sender: str, subject: str, text: str) -> Bounce | None:
    """The delivery report this mail is, or None. A report that a person forwards is not one."""
    is_from_daemon = bool(_DAEMON.match(sender)) or root.headers.first("return-path").replace(" ", "") == "<>"
    parts = list(leaves(root))
    statuses = [part for part in parts if part.media_type in _STATUS_TYPES]
    if statuses and (root.media_type == "multipart/report" or root in statuses or is_from_daemon):
        content = b"\n".join(part.content()[:_STATUS_LIMIT] for part in statuses[:_STATUSES_LIMIT])
        recipients = tuple(islice(_read_status(content), _RECIPIENTS_LIMIT))
        return Bounce(recipients or _guess_recipients(root.headers, text), **_original_ids(root, parts, text))
    failed = root.headers.first("x-failed-recipients")
    if failed or (is_from_daemon and (_RETURNED.search(subject) or _RETURNED.search(text[:3_000]))):
        return Bounce(_guess_recipients(root.headers, text), **_original_ids(root, parts, text))
    return None


def _read_status(content: bytes) -> Iterator[FailedRecipient]:
    """Recipients of the report; a new one begins with each Final-Recipient, however many blank lines there are."""
    current: dict[str, str] = {}
    for name, value in _all_fields(content):
        if name in {"final-recipient", "original-recipient"} and name in current:
            yield _recipient(current)
            current = {}
        current.setdefault(name, value)
    if not current.keys().isdisjoint({"final-recipient", "original-recipient", "x-actual-recipient"}):
        yield _recipient(current)


def _all_fields(content: bytes) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(content):
        headers, after = split_headers(content, position, len(content))
        if after == position:  # a line that is no field
            newline = content.find(b"\n", position)
            after = len(content) if newline < 0 else newline + 1
        yield from ((name, headers_value) for name, headers_value in headers.decoded())
        position = after


def _recipient(fields: dict[str, str]) -> FailedRecipient:
    named = fields.get("original-recipient", "")
    if "@" not in named:
        named = fields.get("final-recipient") or fields.get("x-actual-recipient", "")
    address = named.partition(";")[2].strip() or named.strip()
    status = _STATUS.search(fields.get("status", "")) or _STATUS.search(fields.get("diagnostic-code", ""))
    code = status[1] if status else ""
    action = fields.get("action", "").split(" ")[0].strip().lower()
    if action not in _ACTIONS:
        action = {"2": "delivered", "4": "delayed"}.get(code[:1], "failed")
    reason = re.sub(
        r"^\s*(?:smtp|x-[\w-]+|x\d+)\s*;\s*", "", fields.get("diagnostic-code", ""), flags=re.IGNORECASE
    )
    return FailedRecipient(address.strip("<> ").lower(), action, code, one_line(reason, limit=500))


def _guess_recipients(headers: Headers, text: str) -> tuple[FailedRecipient, ...]:
    """From a report in a provider's own words: the first address it names, the code and the reason near it."""
    head = text[:6_000]
    status, code, reason = _STATUS.search(head), _SMTP_CODE.search(head), _REASON.search(head)
    line = one_line(reason[1] if reason else _line_around(head, status or code), limit=500)
    number = status[1] if status else f"{code[1][0]}.0.0" if code else ""
    action = "delayed" if number.startswith("4") and _STILL_TRIED.search(head) else "failed"
    found = _ADDRESS.findall(headers.first("x-failed-recipients"))
    if not found:
        named = {address.lower() for address in _ADDRESS.findall(headers.first("to") + headers.first("from"))}
        found = [address for address in _ADDRESS.findall(head) if address.lower() not in named][:1]
    return tuple(FailedRecipient(one.lower(), action, number, line) for one in found[:_RECIPIENTS_LIMIT])


def _line_around(text: str, match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return text[start : end if end >= 0 else len(text)]


def _original_ids(root: Part, parts: list[Part], text: str) -> dict[str, str]:
    """The Message-ID and our key of the mail that came back: from the copy the report holds, else what it answers."""
    for part in parts:
        if part is not root and part.media_type in _ORIGINAL_TYPES:
            content = part.content()
            headers, _ = split_headers(content, skip_envelope(content), len(content))
            key = headers.first(DELIVERY_HEADER.lower()).strip().lower()
            if key or "message-id" in headers:
                ids = message_ids(headers, "message-id")
                return {"original_message_id": next(iter(ids), ""), "delivery_key": key}
    found = [one for part in parts for one in _ids_written_in(part)] or _ID_IN_TEXT.findall(text)
    if not found:
        found = [*message_ids(root.headers, "in-reply-to"), *message_ids(root.headers, "references")]
    own = next((one for one in found if key_in_message_id(one)), None)
    return {"original_message_id": own or (found[-1] if found else "")}


def _ids_written_in(part: Part) -> list[str]:
    if not part.media_type.startswith(("text/plain", "message/", "text/rfc822")):
        return []
    return _ID_IN_TEXT.findall(decode_text(part.content()[:_STATUS_LIMIT]))
