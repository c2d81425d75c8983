"""Moods by the lexicon, and by what was learned from those who corrected it."""
