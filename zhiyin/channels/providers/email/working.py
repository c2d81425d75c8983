"""The part of a worker that reads mailboxes; what it needs is imported by workers alone."""

import threading

from zhiyin.platform.worker.loops import background


@background("mailboxes")
def read_mailboxes(stop: threading.Event) -> None:
    """Read every mailbox that no other worker reads, until asked to stop."""
    from zhiyin.channels.providers.email.reading import keep_reading

    keep_reading(stop)
