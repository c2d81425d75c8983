"""Every setting of Zhiyin, read from the environment once, failing loudly.

Each variable is declared with `read(...)`; docs/configuration.md is generated from those
declarations (`zhiyin doctor --variables`), so an undocumented variable cannot exist.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

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
PDF_FONT = env.read(
    "ZHIYIN_PDF_FONT",
    default="",
    doc="A TrueType font file that PDF files of tickets carry; without it readers use their own Chinese font.",
)
BACKUP_TO = env.read(
    "ZHIYIN_BACKUP_TO",
    default="",
    doc="Public keys (age1… or SSH, comma separated) that `zhiyin backup` seals for.",
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
    "ZHIYIN_LOG_LEVEL",
    ["debug", "info", "warning", "error"],
    default="info",
    doc="Least level that is logged.",
)
LOG_FORM = env.choice(
    "ZHIYIN_LOG_FORM",
    ["auto", "json", "text"],
    default="auto",
    doc="Form of the log lines; auto is text on a terminal and JSON elsewhere.",
)
METRICS_TOKEN = env.read(
    "ZHIYIN_METRICS_TOKEN",
    default="",
    doc="Bearer token for /metrics; without one only this machine may read it.",
)
MAX_FILE_MB = env.number("ZHIYIN_MAX_FILE_MB", default=25, doc="Largest file taken in, in MB.")
PORTAL_OIDC_ISSUER = env.read(
    "ZHIYIN_PORTAL_OIDC_ISSUER",
    default="",
    doc="OpenID Connect issuer by which customers may sign in at /my.",
)
PORTAL_OIDC_CLIENT_ID = env.read(
    "ZHIYIN_PORTAL_OIDC_CLIENT_ID", default="", doc="Our client id at that issuer."
)
PORTAL_OIDC_CLIENT_SECRET = env.read(
    "ZHIYIN_PORTAL_OIDC_CLIENT_SECRET", default="", doc="Our client secret at that issuer."
)
PORTAL_OIDC_NAME = env.read(
    "ZHIYIN_PORTAL_OIDC_NAME", default="SSO", doc="What the button for customers calls that issuer."
)
CLAMAV = env.socket_address(
    "ZHIYIN_CLAMAV",
    default="",
    doc="Where clamd listens (unix:/run/clamav/clamd.ctl or tcp:host:3310); with it, files are checked for viruses.",
)
DNS_SERVERS = env.servers(
    "ZHIYIN_DNS_SERVERS",
    default_port=53,
    doc="DNS servers asked by mailboxes that check senders themselves (10.0.0.1,10.0.0.2:5353); empty: the system's.",
)
TOKEN_REQUESTS_PER_MINUTE = env.number(
    "ZHIYIN_TOKEN_REQUESTS_PER_MINUTE",
    default=30_000,
    doc="Requests that one API token may make a minute, for each web process.",
)
UNDO_SECONDS = env.number(
    "ZHIYIN_UNDO_SECONDS", default=10, doc="Seconds in which a sent reply can be undone."
)
ALLOW_PRIVATE_WEBHOOKS = env.flag(
    "ZHIYIN_ALLOW_PRIVATE_WEBHOOKS", default=False, doc="Let web-hooks call private and loopback addresses."
)
KNOWLEDGE_VECTORS = env.flag(
    "ZHIYIN_VECTORS",
    default=True,
    doc="Use sentence vectors in knowledge search where zhiyin[vectors] is installed.",
)
S3_BUCKET = env.read(
    "ZHIYIN_S3_BUCKET", default="", doc="Keep files in this S3 bucket instead of the data folder."
)
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
    "issuer": env.read(
        "ZHIYIN_OIDC_ISSUER", default="", doc="OpenID Connect issuer; empty switches OIDC sign-in off."
    ),
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
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = (
    "jobs"  # each domain's: what is not imported is never asked for by the clock
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "ninja",  # brings the API's pages, so that they need no other host
    "procrastinate.contrib.django",
    "zhiyin.platform.event_log",
    "zhiyin.platform.timers",
    "zhiyin.platform.limits",
    "zhiyin.platform.ledger",
    "zhiyin.platform.crypto",
    "zhiyin.platform.files",
    "zhiyin.platform.jobs",
    "zhiyin.platform.audit",
    "zhiyin.platform.calendars",
    "zhiyin.platform.ops",
    "zhiyin.people",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "zhiyin.customers",
    "zhiyin.knowledge",
    "zhiyin.channels",
    "zhiyin.channels.providers.chat",
    "zhiyin.channels.providers.email",
    "zhiyin.tickets",
    "zhiyin.integrations",
    "zhiyin.sla",
    "zhiyin.routing",
    "zhiyin.assist",
    "zhiyin.procedures",
    "zhiyin.automation",
    "zhiyin.trust",
    "zhiyin.notifications",
    "zhiyin.portal",
    "zhiyin.desk",
]
MIDDLEWARE = [
    "zhiyin.platform.ops.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "zhiyin.channels.providers.chat.origins.ChatOriginGate",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
CACHES = {
    "default": {"BACKEND": "zhiyin.people.signing_in.cache.AttemptCache", "LOCATION": "django_cache"},
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

FRONTEND_DIR = Path(__file__).parent / "frontend"
STATIC_URL = "/static/"
WHITENOISE_ROOT = FRONTEND_DIR / "desk"
WHITENOISE_MAX_AGE = 300
WHITENOISE_USE_FINDERS = True


def WHITENOISE_IMMUTABLE_FILE_TEST(path: str, url: str) -> bool:  # noqa: N802  (WhiteNoise's name)
    """The build puts a hash into the name of everything under /assets/."""
    return url.startswith("/assets/")


MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = (MAX_FILE_MB + 12) * 1024 * 1024 * 4 // 3  # base64 attachments in one JSON body

# --- signing in (zhiyin.people; django-allauth) -----------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
]
PASSWORD_RESET_TIMEOUT = 3 * 60 * 60
LOGIN_REDIRECT_URL = "/"
CSRF_FAILURE_VIEW = "zhiyin.desk.pages.tell_csrf_failure"
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {
    "account_reset_password": f"{BASE_URL}/password-reset",
    "account_reset_password_from_key": f"{BASE_URL}/password-reset/{{key}}",
    "account_signup": f"{BASE_URL}/sign-in",
    "socialaccount_login_error": f"{BASE_URL}/sign-in",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TRUST_PROXY else 0
ACCOUNT_ADAPTER = "zhiyin.people.signing_in.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account begins with a link sent to its address
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = {
    # the more failures, the longer the wait; per e-mail address, so that many machines do not help. Per machine
    # the limits are wide: a whole centre may come from one address when its shift begins
    "login_failed": "60/m/ip,5/5m/key,10/1h/key,20/1d/key",
    "login": None,  # failures are what counts
    "reset_password": "20/m/ip,3/10m/key",
}
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
MFA_ADAPTER = "zhiyin.people.signing_in.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Zhiyin"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # as above: there is no unconfirmed account
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey alone signs in, so it must know its person
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BASE_URL.startswith("https://")
SOCIALACCOUNT_ADAPTER = "zhiyin.people.signing_in.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # only an address the issuer has verified
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OIDC["issuer"]:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC["name"],
                "client_id": OIDC["client_id"],
                "secret": OIDC["client_secret"],
                "settings": {"server_url": OIDC["issuer"]},
            }
        ],
    }

# --- system mail ------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = SYSTEM_MAIL_FROM
EMAIL_TIMEOUT = 20
if SYSTEM_MAIL:
    _server = urlsplit(SYSTEM_MAIL)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _server.hostname or "localhost"
    EMAIL_USE_SSL = _server.scheme == "smtps"
    EMAIL_PORT = _server.port or (465 if EMAIL_USE_SSL else 587)
    EMAIL_USE_TLS = not EMAIL_USE_SSL and EMAIL_PORT == 587
    EMAIL_HOST_USER = unquote(_server.username or "")
    EMAIL_HOST_PASSWORD = unquote(_server.password or "")
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# --- logs (zhiyin.platform.ops) -----------------------------------------------------------
LOGGING_CONFIG = "zhiyin.platform.ops.logs.configure"
LOGGING = {"level": LOG_LEVEL, "form": LOG_FORM}
