"""Calling addresses that people typed in: signed, bounded, never inside our own network unless allowed."""
