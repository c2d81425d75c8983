"""Live streams to browsers: Server-Sent Events that tell what changed, by id; clients then ask the API.

The event's position is the SSE id, so a browser that reconnects with Last-Event-ID misses nothing. A
message goes to rooms; a connection is in the rooms its viewer may hear. Fleeting things (presence,
typing) bypass the log through `publish`.

Words: room (who may hear), viewer (who listens), endpoint (a path that opens streams), fleeting message.
"""
