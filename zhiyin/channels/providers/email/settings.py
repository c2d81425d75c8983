"""What a mailbox is told: its address, its servers, how it signs in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.parsing.authentication import NO_ID, organisation
from zhiyin.channels.providers.email.tokens import Ours

Security = Literal["tls", "starttls", "none"]
SignIn = Literal["password", "microsoft", "google", "oauth"]
_PORTS = {("imap", "tls"): 993, ("imap", "starttls"): 143, ("imap", "none"): 143} | {
    ("smtp", "tls"): 465,
    ("smtp", "starttls"): 587,
    ("smtp", "none"): 25,
}

_VERIFIERS = {  # the names under which large providers write what they found
    "gmail.com": {"google.com"},
    "office365.com": {NO_ID, "outlook.com"},
    "outlook.com": {NO_ID, "outlook.com"},
}


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    security: Security
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class OAuth:
    client_id: str
    client_secret: str
    refresh_token: str
    token_url: str
    scope: str


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """A channel's settings, read once; what is missing takes its usual value."""

    address: str
    sender_name: str
    aliases: tuple[str, ...]
    takes_plus: bool
    folder: str
    sign_in: SignIn
    imap: Server
    smtp: Server
    oauth: OAuth
    authserv_ids: tuple[str, ...]
    checks_senders: bool

    @classmethod
    def of(cls, channel: Channel) -> MailboxSettings:
        told, secrets = channel.settings, channel.secrets
        address = str(told.get("address") or "").strip().lower()
        return cls(
            address=address,
            sender_name=str(told.get("sender_name") or "").strip(),
            aliases=tuple(str(one).strip().lower() for one in told.get("aliases") or [] if str(one).strip()),
            takes_plus=bool(told.get("takes_plus")),
            folder=str(told.get("imap_folder") or "INBOX"),
            sign_in=told.get("sign_in") or "password",
            imap=_server("imap", told, secrets, address),
            smtp=_server("smtp", told, secrets, address),
            oauth=_oauth(told, secrets),
            authserv_ids=tuple(str(told.get("authserv_id") or "").lower().replace(",", " ").split()),
            checks_senders=bool(told.get("checks_senders")),
        )

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2] or "localhost"

    @property
    def own_addresses(self) -> frozenset[str]:
        return frozenset((self.address, *self.aliases)) - {""}

    @property
    def fetches(self) -> bool:
        return bool(self.imap.host)

    def ours(self, instance: str) -> Ours:
        return Ours(addresses=self.own_addresses, instance=instance, verifiers=self.verifiers)

    @property
    def verifiers(self) -> frozenset[str]:
        """Whose verdicts on senders are believed: those named, else the mailbox's own servers."""
        if self.authserv_ids:
            return frozenset(self.authserv_ids)
        known = next((ids for host, ids in _VERIFIERS.items() if self.imap.host.endswith(host)), set[str]())
        hosts = {organisation(self.imap.host)} if self.imap.host.count(".") else set[str]()
        return frozenset({self.domain, *hosts, *known})


def _server(protocol: str, told: dict[str, Any], secrets: dict[str, Any], address: str) -> Server:
    security: Security = told.get(f"{protocol}_security") or "tls"
    password = secrets.get("password") or ""
    return Server(
        host=str(told.get(f"{protocol}_host") or "").strip(),
        port=int(told.get(f"{protocol}_port") or _PORTS[protocol, security]),
        security=security,
        user=str(told.get("user") or address).strip(),
        password=str((secrets.get("smtp_password") if protocol == "smtp" else "") or password),
    )


def _oauth(told: dict[str, Any], secrets: dict[str, Any]) -> OAuth:
    tenant = str(told.get("oauth_tenant") or "common").strip()
    microsoft = f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
    usual = {"microsoft": microsoft, "google": "https://oauth2.googleapis.com/token"}
    return OAuth(
        client_id=str(told.get("oauth_client_id") or ""),
        client_secret=str(secrets.get("oauth_client_secret") or ""),
        refresh_token=str(secrets.get("oauth_refresh_token") or ""),
        token_url=str(told.get("oauth_token_url") or usual.get(str(told.get("sign_in")), "")),
        scope=str(told.get("oauth_scope") or ""),
    )
