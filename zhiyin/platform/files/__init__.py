"""Files: content kept once by its hash, small in the database, large in a folder or S3.

Words: *blob*, content under its SHA-256; *stored file*, one use of a blob under a name, reached by
an unguessable key. Whoever uses a stored file holds a foreign key to it: what nobody points to is
cleared away after a day. Content never changes under a key.
"""
