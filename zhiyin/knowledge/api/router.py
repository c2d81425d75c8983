"""One router for all of this domain: operations on one path must share it."""

from ninja import Router

router = Router(tags=["knowledge"])
