"""The API channel: another program hands in customers' messages and, where it wants, takes the answers.

In: `POST /api/v1/channels/{key}/messages`, once per `external_id`. Messages with the same `thread_id`
join one ticket; a message without one begins a thread named by its own `external_id`. Out: a signed POST
(Standard Webhooks) to the channel's callback address; without one, web-hooks tell of answers.
"""
