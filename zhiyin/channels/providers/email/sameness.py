"""When two mails are the same mail: one that came twice by different ways, or was sent again under a new id."""

from __future__ import annotations

import hashlib

from zhiyin.channels.providers.email.parsing.parsed import ParsedMail

_NEVER_THE_SAME = {"bounce", "loop"}  # each reports on, or is, a message of its own


def content_key(mail: ParsedMail) -> str:
    """A SHA-256, in hexadecimal, of who wrote, what it answers and all they wrote; '' where that says too little to compare.

    "Thank you" in answer to one mail isn't the "Thank you" that answers another.
    """
    says = mail.text.strip() or mail.html.strip() or mail.attachments
    if mail.automatic in _NEVER_THE_SAME or mail.unreadable or not mail.sender.address or not says:
        return ""
    words = (" ".join(one.split()) for one in (mail.subject, mail.text, mail.quoted_text))
    files = sorted(hashlib.sha256(one.content).hexdigest() for one in mail.attachments)
    told = "\n".join(
        (
            mail.sender.address.lower(),
            *mail.in_reply_to,
            *words,
            *files,
            *(() if mail.text.strip() else (mail.html,)),
        )
    )
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()
