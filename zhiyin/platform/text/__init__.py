"""Text in Chinese and English: the words a text is found by, and where they stand in it.

Words: *lexeme*, one searchable unit stored in a PostgreSQL tsvector; *run*, a stretch of text in
a script without spaces; *token*, a stretch of letters and digits with the connectors between them
(`DD20241101-88`, `zhang.san@example.com`). Indexing is generous and asking is strict: a text yields
every form somebody may type, a query only the forms it needs, and all of them must match.
"""
