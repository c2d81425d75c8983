"""Finding what the centre knows: an index on each machine, ranked, in Chinese and English.

Words: a *searchable* is one edition as the index holds it; a *term* is a unit it is found by, marked with its kind
(word, character, sound, concept …); a *concept* is a group of words that ask for the same thing (退款, 退钱, refund);
a *hit* is a searchable with its score and what to mark. Ranking is BM25 over terms of several kinds in four fields, and,
where sentence vectors are to be had, their likeness beside it. Indexing is by tantivy, which runs in the process.
"""
