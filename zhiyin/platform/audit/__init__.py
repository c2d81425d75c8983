"""The audit trail: who did what to what, append-only, each entry sealed by the hash of the one before.

`record_audit` belongs in the transaction of what it tells of, as its last step: entries are written
one after another, so the order of the trail is held until the transaction ends.
"""
