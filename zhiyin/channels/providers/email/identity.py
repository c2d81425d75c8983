"""What tells this installation's own mail from anybody else's."""

import hashlib
from functools import cache

from django.conf import settings


@cache
def instance_id() -> str:
    """The same on every machine of one installation, and telling nothing of its secret."""
    return hashlib.sha256(b"zhiyin.mail.instance:" + settings.SECRET_KEY.encode()).hexdigest()[:16]
