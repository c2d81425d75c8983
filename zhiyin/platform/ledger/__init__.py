"""The ledger of outside effects: mail, web-hooks and provider calls owed to the world.

An effect is recorded in the transaction that owes it, claimed under a lease, carried out with its key
as idempotency key, then marked. At least once; the other side can recognise a second try by the key.
"""
