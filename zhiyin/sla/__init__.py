"""Service levels: which promises of time a ticket is under, and how each of them stands."""
