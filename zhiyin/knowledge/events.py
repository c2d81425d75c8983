"""What happened in the knowledge base. A search index follows the first six; all are ordered by the entry."""

from zhiyin.platform.event_log.facts import Fact, fact


@fact("knowledge.version_published", subject="entry:{entry_id}")
class VersionPublished(Fact):
    """A version became what its edition says; the one before it, if any, is retired."""

    entry_id: int
    edition_id: int
    version_id: int
    by_id: int | None = None  # none: its hour had come
    replaces_id: int | None = None


@fact("knowledge.edition_withdrawn", subject="entry:{entry_id}")
class EditionWithdrawn(Fact):
    """An edition has no published version any more."""

    entry_id: int
    edition_id: int
    version_id: int
    by_id: int


@fact("knowledge.entry_created", subject="entry:{entry_id}")
class EntryCreated(Fact):
    """An entry was begun; nothing of it is published."""

    entry_id: int
    by_id: int


@fact("knowledge.entry_changed", subject="entry:{entry_id}")
class EntryChanged(Fact):
    """Where an entry stands, whom it is for or who looks after it has changed; not what it says."""

    entry_id: int
    by_id: int
    fields: list[str]


@fact("knowledge.entry_archived", subject="entry:{entry_id}")
class EntryArchived(Fact):
    """An entry was put away and is found no more."""

    entry_id: int
    by_id: int


@fact("knowledge.entry_restored", subject="entry:{entry_id}")
class EntryRestored(Fact):
    """An entry that was put away is back."""

    entry_id: int
    by_id: int


@fact("knowledge.version_submitted", subject="entry:{entry_id}")
class VersionSubmitted(Fact):
    """A version waits for a second person to read it."""

    entry_id: int
    version_id: int
    by_id: int


@fact("knowledge.version_returned", subject="entry:{entry_id}")
class VersionReturned(Fact):
    """A reviewer sent a version back to its author, with the reason."""

    entry_id: int
    version_id: int
    by_id: int
    author_id: int


@fact("knowledge.version_approved", subject="entry:{entry_id}")
class VersionApproved(Fact):
    """A second person agreed to a version; it is published now or at its hour."""

    entry_id: int
    version_id: int
    by_id: int
    author_id: int


@fact("knowledge.entry_flagged", subject="entry:{entry_id}")
class EntryFlagged(Fact):
    """Somebody says that an entry is wrong; its owner should look."""

    entry_id: int
    version_id: int
    flag_id: int
    by_id: int
    owner_id: int
    ticket_id: int | None = None  # the case it was noticed on


@fact("knowledge.flag_settled", subject="entry:{entry_id}")
class FlagSettled(Fact):
    """A flag was answered: by a corrected version, or dismissed with a reason."""

    entry_id: int
    flag_id: int
    state: str
    by_id: int
    flagged_by_id: int
    ticket_id: int | None = None


@fact("knowledge.edition_expiring", subject="entry:{entry_id}")
class EditionExpiring(Fact):
    """The published version of an edition will soon be valid no longer."""

    entry_id: int
    edition_id: int
    version_id: int
    owner_id: int


@fact("knowledge.edition_expired", subject="entry:{entry_id}")
class EditionExpired(Fact):
    """The published version of an edition is valid no longer, and is shown and used no more."""

    entry_id: int
    edition_id: int
    version_id: int
    owner_id: int


@fact("knowledge.feedback_given", subject="entry:{entry_id}")
class FeedbackGiven(Fact):
    """A reader said whether an entry helped."""

    entry_id: int
    version_id: int
    helpful: bool
