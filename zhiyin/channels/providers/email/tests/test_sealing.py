"""Signed and encrypted mail: checked, opened, signed ourselves; what is wrong is said, and nothing is lost."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
)
from cryptography.x509.oid import NameOID
from django.utils import timezone
from pysequoia import Cert, Tsk, encrypt

from zhiyin.channels.commands.delivering import Outgoing, queue_delivery
from zhiyin.channels.commands.receiving import receive_raw_message
from zhiyin.channels.commands.understanding import understand_raw_message
from zhiyin.channels.models import Channel, Delivery, InboundMessage
from zhiyin.channels.providers.email.models import CorrespondentKey
from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.sealing.ber import BrokenBer, read_ber
from zhiyin.channels.providers.email.sealing.checking import check_keys
from zhiyin.channels.providers.email.sealing.keys import MailboxKeys, mailbox_keys
from zhiyin.channels.providers.email.sealing.opening import open_seals
from zhiyin.channels.providers.email.sealing.pgp import Damaged, open_pgp
from zhiyin.channels.providers.email.sealing.signing import signer_of
from zhiyin.channels.providers.email.sending import send_delivery
from zhiyin.channels.providers.email.tests.conftest import MakeMailbox
from zhiyin.channels.providers.email.tests.mails import mail
from zhiyin.channels.providers.email.tests.mutating import CORPUS
from zhiyin.channels.providers.email.tests.servers import Outbox

NOW = datetime.now(UTC)
Pair = tuple[Any, x509.Certificate]
ENTITY = "Content-Type: text/plain; charset=utf-8\r\n\r\n请退款，谢谢。\r\n".encode()


def certify(
    name: str, address: str = "", *, by: Pair | None = None, curve: bool = False, days: int = 30
) -> Pair:
    """A key and its certificate; an authority where there is no address."""
    key = ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[1].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=60))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=not address, path_length=None), critical=True)
    )
    if address:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False
        )
    return key, builder.sign(by[0] if by else key, hashes.SHA256())


@cache
def authority() -> Pair:
    return certify("Trusted Authority")


@cache
def lilei() -> Pair:
    return certify("Li Lei", "lilei@example.cn", by=authority())


@cache
def helpdesk() -> Pair:
    return certify("Help Desk", "help@shop.example", by=authority())


@cache
def pgp_of(user: str) -> Tsk:
    return Tsk.generate(user)


def pem(pair: Pair) -> str:
    key, certificate = pair
    secret: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return (secret + certificate.public_bytes(Encoding.PEM)).decode()


def signed(pair: Pair, entity: bytes = ENTITY) -> bytes:
    sealed = signer_of("smime", MailboxKeys(smime=(pair,)))
    assert sealed is not None
    told = sealed(entity.rstrip(b"\r\n"))
    return mail(told.body, f"Content-Type: {told.content_type}", "MIME-Version: 1.0")


def enveloped(pair: Pair, entity: bytes = ENTITY, cipher: Any = algorithms.AES256) -> bytes:
    builder = (
        pkcs7.PKCS7EnvelopeBuilder()
        .set_data(entity)
        .add_recipient(pair[1])
        .set_content_encryption_algorithm(cipher)
    )
    data = base64.encodebytes(builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary]))
    return mail(
        data,
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data",
        "Content-Transfer-Encoding: base64",
    )


def pgp_signed(key: Tsk, entity: bytes = ENTITY, *fields: str) -> bytes:
    sealed = signer_of("pgp", MailboxKeys(pgp=str(key)))
    assert sealed is not None
    told = sealed(entity.rstrip(b"\r\n"))
    return mail(told.body, f"Content-Type: {told.content_type}", *fields)


def pgp_encrypted(to: Cert, entity: bytes = ENTITY, signer: Any = None) -> bytes:
    message = encrypt(entity, recipients=[to], signer=signer)
    body = b"--x\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
    body += b"--x\r\nContent-Type: application/octet-stream\r\n\r\n"
    return mail(
        body + message + b"\r\n--x--\r\n",
        "Content-Type: multipart/encrypted; boundary=x",
    )


@pytest.fixture
def channel(make_mailbox: MakeMailbox) -> Channel:
    return make_mailbox(
        smime_authorities=authority()[1].public_bytes(Encoding.PEM).decode(),
        secrets={"smime_key": pem(helpdesk()), "pgp_key": str(pgp_of("Help <help@shop.example>"))},
    )


def understand(channel: Channel, raw: bytes) -> InboundMessage:
    number, _ = receive_raw_message(
        channel=channel, content=raw, external_id=str(hash(raw)), now=timezone.now()
    )
    inbound = understand_raw_message(raw_id=number, now=timezone.now())
    assert inbound.raw.bytes() == raw  # kept as it came
    return inbound


def signature(inbound: InboundMessage) -> tuple[str, str]:
    told = inbound.marks["signature"]
    return told["state"], told.get("reason", "")


def test_a_signature_that_holds_names_who_signed(channel: Channel) -> None:
    inbound = understand(channel, signed(lilei()))
    told = inbound.marks["signature"]
    assert (told["kind"], told["state"], told["by"], told["address"], told["issuer"]) == (
        "smime", "valid", "Li Lei", "lilei@example.cn", "Trusted Authority",
    )  # fmt: skip
    assert inbound.text == "请退款，谢谢。"
    assert list(inbound.attachments.all()) == []
    assert CorrespondentKey.objects.get().address == "lilei@example.cn"


def test_a_mail_kept_with_other_line_ends_still_holds(channel: Channel) -> None:
    assert signature(understand(channel, signed(lilei()).replace(b"\r\n", b"\n"))) == ("valid", "")


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda raw: raw.replace("退款".encode(), "付款".encode()), ("invalid", "changed")),
        (lambda raw: raw.replace(b"lilei@example.cn", b"boss@example.cn"), ("unknown", "other_address")),
        (lambda raw: raw.replace(b"MII", b"XXX"), ("unknown", "unsupported")),
    ],
)
def test_what_is_wrong_with_a_signature_is_said(
    channel: Channel, change: Callable[[bytes], bytes], verdict: tuple[str, str]
) -> None:
    inbound = understand(channel, change(signed(lilei())))
    assert signature(inbound) == verdict
    assert "款，谢谢。" in inbound.text


def test_who_stands_for_a_certificate_matters(channel: Channel) -> None:
    stranger = certify("Li Lei", "lilei@example.cn", by=certify("Nobody's Authority"))
    assert signature(understand(channel, signed(stranger))) == ("unknown", "unknown_issuer")
    expired = certify("Li Lei", "lilei@example.cn", by=authority(), days=-10)
    assert signature(understand(channel, signed(expired))) == ("unknown", "expired")
    unfit = certify("Li Lei", "lilei@example.cn", by=lilei())  # by somebody who is no authority
    assert signature(understand(channel, signed(unfit))) == ("unknown", "unknown_issuer")
    curved = certify("Li Lei", "lilei@example.cn", by=authority(), curve=True)
    assert signature(understand(channel, signed(curved))) == ("valid", "")


def test_a_signature_around_its_content_is_opened(channel: Channel) -> None:
    key, certificate = lilei()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(ENTITY).add_signer(certificate, key, hashes.SHA256())
    data = base64.encodebytes(builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary]))
    raw = mail(
        data,
        "Content-Type: application/pkcs7-mime; smime-type=signed-data",
        "Content-Transfer-Encoding: base64",
    )
    inbound = understand(channel, raw)
    assert (inbound.text, signature(inbound)) == ("请退款，谢谢。", ("valid", ""))


def test_what_stands_outside_a_signature_shows_too(channel: Channel) -> None:
    raw = signed(lilei())
    boundary = raw.partition(b'boundary="')[2].partition(b'"')[0]
    footer = (
        b"--"
        + boundary
        + b"\r\nContent-Type: text/plain\r\n\r\nsent through our list\r\n--"
        + boundary
        + b"--"
    )
    inbound = understand(channel, raw.replace(b"--" + boundary + b"--", footer))
    assert inbound.text == "请退款，谢谢。\n\nsent through our list"
    emptied = raw.replace("请退款，谢谢。".encode(), b"")
    assert (
        understand(channel, emptied).attachments.count() == 1
    )  # the seal itself, since nothing else is there


@pytest.mark.parametrize("cipher", [algorithms.AES128, algorithms.AES256])
def test_a_mail_for_the_mailbox_is_opened(channel: Channel, cipher: Any) -> None:
    inbound = understand(channel, enveloped(helpdesk(), cipher=cipher))
    assert (inbound.text, inbound.subject, inbound.sender_value) == (
        "请退款，谢谢。",
        "退款",
        "lilei@example.cn",
    )
    assert inbound.marks["encryption"] == {"kind": "smime", "state": "decrypted"}


def test_signed_then_encrypted_shows_both(channel: Channel) -> None:
    inner = signed(lilei()).partition(b"Subject: ")[2].partition(b"\r\n")[2]
    inbound = understand(channel, enveloped(helpdesk(), entity=inner))
    assert (inbound.text, signature(inbound)) == ("请退款，谢谢。", ("valid", ""))
    assert inbound.marks["encryption"]["state"] == "decrypted"


def test_a_mail_for_somebody_else_stays_closed_and_is_kept(channel: Channel) -> None:
    inbound = understand(channel, enveloped(lilei()))
    assert inbound.marks["encryption"] == {"kind": "smime", "state": "no_key"}
    assert [one.file.name for one in inbound.attachments.all()] == ["application-1.p7m"]


def test_a_damaged_mail_says_so(channel: Channel) -> None:
    raw = enveloped(helpdesk())
    head, _, body = raw.partition(b"\r\n\r\n")
    data = bytearray(base64.b64decode(body))
    data[-20:] = bytes(20)
    inbound = understand(channel, head + b"\r\n\r\n" + base64.encodebytes(bytes(data)))
    assert inbound.marks["encryption"]["state"] == "failed"


def test_pgp_is_known_by_the_key_that_came_before(channel: Channel) -> None:
    key = pgp_of("Li Lei <lilei@example.cn>")
    blob = base64.b64encode(bytes(key.extract_certificate())).decode()
    autocrypt = f"Autocrypt: addr=lilei@example.cn; prefer-encrypt=mutual; keydata={blob}"
    assert signature(understand(channel, pgp_signed(key))) == ("unknown", "unknown_key")
    assert signature(understand(channel, pgp_signed(key, ENTITY, autocrypt))) == ("unknown", "first_key")
    known = understand(channel, pgp_signed(key, ENTITY, "X-Again: 1"))
    assert signature(known) == ("valid", "")
    assert known.marks["signature"]["by"] == "Li Lei <lilei@example.cn>"
    changed = pgp_signed(key).replace("退款，".encode(), "付款，".encode())
    assert signature(understand(channel, changed)) == ("invalid", "changed")
    other = Tsk.generate("Li Lei <lilei@example.cn>")
    blob = base64.b64encode(bytes(other.extract_certificate())).decode()
    forged = understand(
        channel, pgp_signed(other, ENTITY, f"Autocrypt: addr=lilei@example.cn; keydata={blob}")
    )
    assert signature(forged) == ("unknown", "new_key")
    kept = CorrespondentKey.objects.filter(kind="pgp").order_by("pk").values_list("state", flat=True)
    assert list(kept) == ["trusted", "offered"]


def test_pgp_for_the_mailbox_is_opened_and_for_others_not(channel: Channel) -> None:
    ours = pgp_of("Help <help@shop.example>").extract_certificate()
    inbound = understand(channel, pgp_encrypted(ours))
    assert (inbound.text, inbound.marks["encryption"]) == (
        "请退款，谢谢。",
        {"kind": "pgp", "state": "decrypted"},
    )
    theirs = pgp_of("Li Lei <lilei@example.cn>").extract_certificate()
    closed = understand(channel, pgp_encrypted(theirs))
    assert closed.marks["encryption"] == {"kind": "pgp", "state": "no_key"}
    assert len(closed.attachments.all()) > 0


def test_a_message_larger_than_the_memory_it_may_take_is_not_opened() -> None:
    """A small message may hold terabytes of nothing; the process that opens it has no room for them."""
    key = pgp_of("Help <help@shop.example>")
    keys = MailboxKeys(pgp=str(key))
    message = encrypt(bytes(60_000_000), recipients=[key.extract_certificate()])
    assert len(open_pgp(message, keys)) == 60_000_000
    with pytest.raises(Damaged):
        open_pgp(message, keys, memory=150_000_000)


@pytest.mark.parametrize("kind", ["smime", "pgp"])
def test_what_leaves_is_signed_and_holds(make_mailbox: MakeMailbox, outbox: Outbox, kind: str) -> None:
    key = pgp_of("Help <help@shop.example>")
    mailbox = make_mailbox(
        smtp_host="127.0.0.1", smtp_port=outbox.port, smtp_security="none", sign_with=kind,
        secrets={"smime_key": pem(helpdesk()), "pgp_key": str(key)},
    )  # fmt: skip
    outgoing = Outgoing(
        recipient_kind="email", recipient="lilei@example.cn", subject="Re: 退款", text="已退款。\n\n客服 "
    )
    send_delivery(queue_delivery(channel=mailbox, outgoing=outgoing, now=NOW), now=NOW)
    raw = outbox.arrived[0].content
    keys = MailboxKeys(authorities=(authority()[1],))
    known = [str(key.extract_certificate())]
    parsed = parse_mail(
        raw, open_seals=lambda root, sender: open_seals(root, sender=sender, keys=keys, known_pgp=known)
    )
    assert (parsed.seals["signature"]["kind"], parsed.seals["signature"]["state"]) == (kind, "valid")
    assert (parsed.text, parsed.subject) == ("已退款。\n\n客服", "Re: 退款")


def test_a_key_that_cannot_be_used_holds_the_mail_back_and_is_told_by_the_test(
    make_mailbox: MakeMailbox,
) -> None:
    mailbox = make_mailbox(
        sign_with="smime", secrets={"smime_key": "-----BEGIN nonsense", "pgp_key": "nonsense"}
    )
    assert [(one.level, one.code) for one in check_keys(mailbox)] == [
        ("error", "email.smime_key_unusable"),
        ("error", "email.pgp_key_unusable"),
    ]
    good = make_mailbox(
        secrets={"smime_key": pem(helpdesk()), "pgp_key": str(pgp_of("Help <help@shop.example>"))}
    )
    assert [one.code for one in check_keys(good)] == ["email.smime_key", "email.pgp_key"]
    assert Delivery.objects.count() == 0


def test_a_real_mail_signed_by_thunderbird() -> None:
    if not CORPUS.exists():
        pytest.skip("the mail corpora (shared/data/mail) are not on this machine")
    raw = (CORPUS / "mimekit/smime/thunderbird-signed.txt").read_bytes()
    keys = MailboxKeys()
    parsed = parse_mail(
        raw, open_seals=lambda root, sender: open_seals(root, sender=sender, keys=keys, known_pgp=[])
    )
    assert parsed.seals["signature"]["address"] == "fejj@gnome.org"
    assert (parsed.seals["signature"]["state"], parsed.seals["signature"]["reason"]) == (
        "unknown",
        "weak",
    )  # it holds, by SHA-1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80" * 5_000,
        b"\x30\x85" + b"\xff" * 9,
        b"\x1f\x81\x01\x00",
        b"\x30\x03\x02\x05\x00",
    ],
)
def test_what_is_no_ber_is_refused_in_no_time(data: bytes) -> None:
    with pytest.raises(BrokenBer):
        read_ber(data)


def test_a_passphrase_opens_the_key() -> None:
    key, certificate = helpdesk()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"hunter2"))
    bundle = (secret + certificate.public_bytes(Encoding.PEM)).decode()
    assert len(mailbox_keys({}, {"smime_key": bundle, "smime_password": "hunter2"}).smime) == 1
