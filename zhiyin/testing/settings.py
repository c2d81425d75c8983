"""The real settings with keys made for tests; the database comes from `zhiyin.testing.plugin`."""

import os

os.environ.setdefault("DATABASE_URL", "postgresql:///zhiyin")
os.environ.setdefault("ZHIYIN_SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("ZHIYIN_KEYS", "test:" + "A" * 43 + "=")
os.environ.setdefault("ZHIYIN_ALLOW_PRIVATE_WEBHOOKS", "1")

from zhiyin.settings import *  # noqa: F403  (the environment must be set before the settings read it)

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
]  # argon2 is slow on purpose; one test uses it
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
