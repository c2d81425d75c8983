"""Every setting of Zhiyin, read from the environment once, failing loudly.

Each variable is declared with `read(...)`; docs/configuration.md is generated from those
declarations (`zhiyin doctor --variables`), so an undocumented variable cannot exist.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from zhiyin.environment import Environment, database_from_url

env = Environment(os.environ)

# --- where things are -----------------------------------------------------------------
DATA_DIR = Path(
    env.read("ZHIYIN_DATA", default="zhiyin-data", doc="Folder for the embedded database, files and keys.")
).absolute()
DATABASE_URL = env.read(
    "DATABASE_URL",
    doc="PostgreSQL 15 or newer: postgresql://user:password@host:5432/name. `zhiyin up` sets it for its own parts.",
)
BASE_URL = env.read(
    "ZHIYIN_BASE_URL",
    default="http://127.0.0.1:8000",
    doc="The address people type to reach the desk; used in links, cookies and trusted origins.",
).rstrip("/")
BIND_HOST = env.read("ZHIYIN_HOST", default="127.0.0.1", doc="Address the web process listens on.")
STREAM_UPSTREAM = env.read(
    "ZHIYIN_STREAM_UPSTREAM",
    default="",
    doc="Address (http://host:port) of `zhiyin stream`, to which web forwards live streams when no proxy does.",
)

# --- secrets --------------------------------------------------------------------------
SECRET_KEY = env.read("ZHIYIN_SECRET_KEY", doc="Signs sessions and links; 50 or more random characters.")
FIELD_KEYS = env.read(
    "ZHIYIN_KEYS",
    doc="Key ring for encrypted fields: id:base64(32 bytes), comma separated; the first encrypts, all decrypt.",
)

# --- behaviour ------------------------------------------------------------------------
DEBUG = env.flag("ZHIYIN_DEBUG", default=False, doc="Show tracebacks in the browser. Never in production.")
ALLOWED_HOSTS = env.words(
    "ZHIYIN_ALLOWED_HOSTS",
    default="localhost,127.0.0.1,[::1]",
    doc="Host names the desk answers to, comma separated.",
)
TRUST_PROXY = env.flag(
    "ZHIYIN_TRUST_PROXY",
    default=False,
    doc="Believe X-Forwarded-For and X-Forwarded-Proto; only behind a proxy that sets them.",
)
LOG_LEVEL = env.choice(
    "ZHIYIN_LOG_LEVEL", ["debug", "info", "warning", "error"], default="info", doc="Least level that is logged."
)
MAX_FILE_MB = env.number("ZHIYIN_MAX_FILE_MB", default=25, doc="Largest file taken in, in MB.")
UNDO_SECONDS = env.number("ZHIYIN_UNDO_SECONDS", default=10, doc="Seconds in which a sent reply can be undone.")
ALLOW_PRIVATE_WEBHOOKS = env.flag(
    "ZHIYIN_ALLOW_PRIVATE_WEBHOOKS", default=False, doc="Let web-hooks call private and loopback addresses."
)
S3_BUCKET = env.read("ZHIYIN_S3_BUCKET", default="", doc="Keep files in this S3 bucket instead of the data folder.")
S3_ENDPOINT = env.read("ZHIYIN_S3_ENDPOINT", default="", doc="Endpoint of an S3-compatible store.")
SYSTEM_MAIL = env.read(
    "ZHIYIN_SYSTEM_MAIL",
    default="",
    doc="smtp[s]://user:password@host:port for invitations and resets; empty prints them to the log.",
)
SYSTEM_MAIL_FROM = env.read(
    "ZHIYIN_SYSTEM_MAIL_FROM", default="zhiyin@localhost", doc="Sender of invitations and password resets."
)
OIDC = {
    "issuer": env.read("ZHIYIN_OIDC_ISSUER", default="", doc="OpenID Connect issuer; empty switches OIDC sign-in off."),
    "client_id": env.read("ZHIYIN_OIDC_CLIENT_ID", default="", doc="OpenID Connect client id."),
    "client_secret": env.read("ZHIYIN_OIDC_CLIENT_SECRET", default="", doc="OpenID Connect client secret."),
    "name": env.read("ZHIYIN_OIDC_NAME", default="SSO", doc="Label of the OIDC sign-in button."),
}
env.raise_problems()

# --- Django ---------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {"default": database_from_url(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
ROOT_URLCONF = "zhiyin.urls"
ASGI_APPLICATION = "zhiyin.asgi.application"
AUTH_USER_MODEL = "people.Staff"
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "zhiyin.platform.event_log",
    "zhiyin.platform.timers",
    "zhiyin.platform.ledger",
    "zhiyin.platform.files",
    "zhiyin.people",
    "zhiyin.customers",
    "zhiyin.channels",
    "zhiyin.tickets",
    "zhiyin.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = (MAX_FILE_MB + 12) * 1024 * 1024 * 4 // 3  # base64 attachments in one JSON body
