"""Sparse linear classifiers over words and characters: trained, calibrated, measured, kept in files that hold no code.

Words: category (what a text is about; any string), known text (one whose category people gave), confidence (the
calibrated chance that the first category is right), abstaining (saying none, because the confidence is too low).
"""
