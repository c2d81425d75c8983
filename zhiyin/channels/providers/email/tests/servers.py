"""Real mail servers on this machine: Dovecot for IMAP, aiosmtpd for SMTP, and a giver of OAuth tokens."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.server
import imaplib
import ipaddress
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "授权码-16"
DOVECOT = shutil.which("dovecot") or next(
    (path for path in ("/usr/sbin/dovecot", "/usr/local/sbin/dovecot") if Path(path).exists()), ""
)
NO_DOVECOT = "Dovecot is not on this machine (apt-get install dovecot-imapd): reading by IMAP is not tested"
needs_dovecot = pytest.mark.skipif(not DOVECOT, reason=NO_DOVECOT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Dovecot:
    folder: Path
    port: int
    tls_port: int
    user: str = "help@shop.example"

    def settings(self, **more: Any) -> dict[str, Any]:
        """What a channel is told of it."""
        return {
            "address": self.user,
            "imap_host": "127.0.0.1",
            "imap_port": self.port,
            "imap_security": "none",
            **more,
        }

    @contextlib.contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.authenticate("PLAIN", lambda _: f"\0{self.user}\0{PASSWORD}".encode())
        try:
            yield client
        finally:
            client.logout()

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into the mailbox, as its mail server would."""
        with self.client() as client:
            for mail in mails:
                status, told = client.append(folder, "", imaplib.Time2Internaldate(time.time()), mail)
                assert status == "OK", told

    def flags(self) -> list[bytes]:
        with self.client() as client:
            client.select("INBOX", readonly=True)
            return [line for line in client.fetch("1:*", "(FLAGS)")[1] if isinstance(line, bytes)]

    def empty(self) -> None:
        with self.client() as client:
            client.select("INBOX")
            client.store("1:*", "+FLAGS", "\\Deleted")
            client.expunge()


@contextlib.contextmanager
def dovecot(certificate: Path | None = None, *, tokens_from: str = "") -> Iterator[Dovecot]:
    """Run one while the block runs, in a folder of its own and on ports of its own.

    With `tokens_from`, the URL of a TokenGiver, it signs in by XOAUTH2 beside the password."""
    with tempfile.TemporaryDirectory(prefix="zdovecot", ignore_cleanup_errors=True) as name:
        server = Dovecot(Path(name), free_port(), free_port())
        server.folder.chmod(0o755)
        settings = _configuration(server, certificate) + _token_settings(server.folder, tokens_from)
        (server.folder / "dovecot.conf").write_text(settings)
        process = subprocess.Popen([DOVECOT, "-F", "-c", server.folder / "dovecot.conf"])
        try:
            _wait_for(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(server: Dovecot, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 15
    while True:
        try:
            with server.client():
                return
        except (OSError, imaplib.IMAP4.error):
            log = server.folder / "log"
            told = log.read_text() if log.exists() else ""
            assert process.poll() is None, told
            assert time.monotonic() < deadline, told
            time.sleep(0.05)


def _configuration(server: Dovecot, certificate: Path | None) -> str:
    folder = server.folder
    is_root = os.getuid() == 0
    owner = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.getuid())
    for part in ("home", "run"):
        (folder / part).mkdir()
        os.chown(folder / part, owner.pw_uid, owner.pw_gid)
    login = (
        "" if is_root else f"default_internal_user = {owner.pw_name}\ndefault_login_user = {owner.pw_name}\n"
    )
    tls = f"ssl = yes\nssl_cert = <{certificate}\nssl_key = <{certificate}\n" if certificate else "ssl = no\n"
    return f"""
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
mail_location = maildir:{folder}/home/%u
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = {owner.pw_uid}
first_valid_gid = 0
{login}{tls}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {server.port}
  }}
  inet_listener imaps {{
    port = {server.tls_port if certificate else 0}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


def _token_settings(folder: Path, url: str) -> str:
    if not url:
        return ""
    introspection = url.replace("/token", "/introspect")
    (folder / "oauth2.conf").write_text(
        f"introspection_mode = post\nintrospection_url = {introspection}\n"
        "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
    )
    return f"""
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
"""


class Wire:
    """Carries bytes to a port of this machine, until it is cut, or falls silent as a line does while a laptop sleeps."""

    def __init__(self, to: int) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._to, self._ends, self.silent = to, list[socket.socket](), False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def fall_silent(self) -> None:
        """What is open stays open and carries nothing any more; new lines are fine."""
        self.silent = True

    def close(self) -> None:
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self.silent = False
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        muted = False
        with source, contextlib.suppress(OSError):
            while content := source.recv(65536):
                muted = muted or self.silent
                if not muted:
                    target.sendall(content)
            target.shutdown(socket.SHUT_RDWR)


@dataclass
class Arrived:
    sender: str
    recipients: list[str]
    content: bytes


@dataclass
class Outbox:
    """An SMTP server and what it took. `answers` to RCPT and DATA are used up in turn; then all is taken."""

    port: int = 0
    arrived: list[Arrived] = field(default_factory=list)
    rcpt_answers: dict[str, list[str]] = field(default_factory=dict)
    data_answers: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)

    def settings(self, **more: Any) -> dict[str, Any]:
        return {"smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_security": "none", **more}

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's names)
        self, _: smtp.SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answers = self.rcpt_answers.get(address)
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: smtp.SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answers and not (answer := self.data_answers.pop(0)).startswith("250"):
            return answer
        assert isinstance(envelope.content, bytes)
        self.arrived.append(Arrived(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content))
        return "250 OK"


@contextlib.contextmanager
def smtp_server(*, certificate: Path | None = None, tls: str = "none", token: str = "") -> Iterator[Outbox]:
    """Run one while the block runs; `tls` as in a channel's settings, `token` for sign-in by XOAUTH2."""
    outbox = Outbox(port=free_port())
    more: dict[str, Any] = {}
    if certificate:
        context = _context(certificate)
        more = (
            {"ssl_context": context} if tls == "tls" else {"tls_context": context, "require_starttls": True}
        )
    if token:
        more |= {"auth_require_tls": False}

    class Server(smtp.SMTP):
        async def auth_XOAUTH2(self, _: smtp.SMTP, args: list[str]) -> AuthResult:  # noqa: N802
            import base64

            said = base64.b64decode(args[1]).decode()
            outbox.signed_in.append(said)
            return AuthResult(success=f"auth=Bearer {token}\x01" in said, handled=not token)

    class Control(Controller):
        def factory(self) -> smtp.SMTP:
            return (Server if token else smtp.SMTP)(self.handler, **self.SMTP_kwargs)

    control = Control(outbox, hostname="127.0.0.1", port=outbox.port, **more)
    control.start()
    try:
        yield outbox
    finally:
        control.stop()


def _context(certificate: Path) -> Any:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def make_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@dataclass
class TokenGiver:
    """Gives tokens, and tells a mail server whose a token is (RFC 7662)."""

    url: str = ""
    users: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[int], tuple[int, dict[str, Any]]] = lambda n: (
        200,
        {"access_token": f"token-{n}", "expires_in": 3600},
    )


@contextlib.contextmanager
def token_giver() -> Iterator[TokenGiver]:
    """The token end of an OAuth server; `answer` gives (status, JSON) for the n-th question."""
    giver = TokenGiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = {name: values[0] for name, values in parse_qs(body).items()}
            if self.path == "/introspect":
                user = giver.users.get(asked["token"], "")
                status, told = 200, {"active": bool(user), "username": user}
            else:
                giver.asked.append(asked)
                status, told = giver.answer(len(giver.asked))
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    giver.url = f"http://127.0.0.1:{server.server_address[1]}/token"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield giver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
