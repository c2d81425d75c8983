"""Promises to act at a moment: set, moved and cancelled by key in the caller's transaction.

A timer that comes due becomes a fact in the event log, so what it causes happens exactly once.
"""
