"""Knowledge: what the centre knows, said once, checked by a second person, and kept in all its versions.

Words: an *entry* (article, question and answer, or script 话术) has an *edition* for each language and region; an
edition has *versions*, of which one is published. A *review* is what a second person said of a version, a *flag* says
that an entry is wrong, *feedback* whether it helped. *Categories* form a tree, *products* are what entries are about.

Facts: see events.py. What was answered with an entry is kept with the tickets, above.
"""
