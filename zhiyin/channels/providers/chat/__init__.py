"""Web chat: a widget on other people's pages, and the conversation behind it.

A *visitor* is somebody on a page that carries the widget, known by a token in their browser and, where
the page proves it with an HMAC, by the id they have there. Each visitor has one *conversation*, a
transcript of *lines* numbered 1, 2, 3…; the number is what a browser catches up from. A visitor's line
is stored together with a raw message, so that it reaches a ticket like any other arrival; an agent's
line is a delivery of this channel. What a visitor who has gone did not read goes on by e-mail, once.
"""
