"""S/MIME on elliptic curves, OpenPGP inside plain text, and keys that change."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from functools import cache

import pytest
from pysequoia import SignatureMode, Tsk, encrypt, sign

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.models import CorrespondentKey
from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.sealing.deciding import DecidedAlready, refuse_key, trust_key
from zhiyin.channels.providers.email.sealing.keys import mailbox_keys
from zhiyin.channels.providers.email.sealing.opening import open_seals
from zhiyin.channels.providers.email.tests.conftest import MakeMailbox
from zhiyin.channels.providers.email.tests.mails import mail
from zhiyin.channels.providers.email.tests.test_sealing import ENTITY, pgp_signed, signature, understand
from zhiyin.people.models import Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.testing.people import client_for, make_staff

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LILEI = "Li Lei <lilei@example.cn>"
WORDS = "请退款，谢谢。"

# made by OpenSSL 3: `openssl cms -encrypt`, with keys made for this test alone
P256_KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgO+vcXbFcLVbPZQVt
4zOUzmBsL66bLOCSdSqL3WxMXWuhRANCAATIyVt5gWey8qp4JF5uot49SaKIzCeZ
dVnFlG6wDIXAh8VmJYP6jJgHQj8CeaRe8h+OfHWpZFLSHKkEY4ww5nTb
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBnjCCAUOgAwIBAgIUMEeWQitFQY3bWw9pDeucVPoneEEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJSGVscCBEZXNrMCAXDTI2MTEyNzAzNDQ1NloYDzIwODEwODMw
MDM0NDU2WjAUMRIwEAYDVQQDDAlIZWxwIERlc2swWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATIyVt5gWey8qp4JF5uot49SaKIzCeZdVnFlG6wDIXAh8VmJYP6jJgH
Qj8CeaRe8h+OfHWpZFLSHKkEY4ww5nTbo3EwbzAdBgNVHQ4EFgQUqSYyn5/Q/Q9V
H02vjcfL2x/aVj8wHwYDVR0jBBgwFoAUqSYyn5/Q/Q9VH02vjcfL2x/aVj8wDwYD
VR0TAQH/BAUwAwEB/zAcBgNVHREEFTATgRFoZWxwQHNob3AuZXhhbXBsZTAKBggq
hkjOPQQDAgNJADBGAiEA3eMaoIsT92dcmuqy/a+ALPYBYu6oBCcVo5e3CvX7+gMC
IQCSVQHoxmeesJl7hqNfTPo8oIAyQlCHrvPFSBECdUe6bg==
-----END CERTIFICATE-----
"""
P256_MAIL = """\
MIIBVgYJKoZIhvcNAQcDoIIBRzCCAUMCAQIxgb+hgbwCAQOgUaFPMAkGByqGSM49AgEDQgAEsJFs/4N0XRtU+C0Sbe1VRVI+9TMJ
BILR4qD+auJjMXocbwusK/wdsj5F4NyfE/lK+tHE/dGJ32qT+EI4XKp4uDAYBgkrgQUQhkg/AAIwCwYJYIZIAWUDBAEFMEowSDAs
MBQxEjAQBgNVBAMMCUhlbHAgRGVzawIUMEeWQitFQY3bWw9pDeucVPoneEEEGCmnb0mQ2pxrF8obA4D3Xklyvq5l4saieTB8Bgkq
hkiG9w0BBwEwHQYJYIZIAWUDBAECBBBYLRLiDckLzkjYGBtjBormgFC4zxwLAl5yZWQDguYxfJcxZW2++fpYBa4Opj18MpIKMEBD
QP/ELP3LmDWWpHph4pV+iEHY6p/Dhfed/STzC72CkXnoMT/EGapB2W/7dAcRgQ==
"""
# by the key's id, and derived with SHA-384
P384_KEY = """\
-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAF6wuzq2dAcO3J6/s/
Coaw5Csl9xPcwZ7TfBQUujmeo9bQHGMtbg4Tj8VozTMt9r6hZANiAAT18eWXAwUB
DpCyMBQL9Vrmpu/sLfcIgouu+MXTGMbtVvJBMNmYL+Urdqu6bM50EVUhRduGasji
sUjEx331nGtw+ZhvSy9XlEi+3+pg2T4WTAcVlNQ/95vfC2RMKoJXOQo=
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIB2jCCAWCgAwIBAgIUFFeRZMqA6/TvZVckcPgAEGQKePwwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJSGVscCBEZXNrMCAXDTI2MTEyNzAzNDQ1NloYDzIwODEwODMw
MDM0NDU2WjAUMRIwEAYDVQQDDAlIZWxwIERlc2swdjAQBgcqhkjOPQIBBgUrgQQA
IgNiAAT18eWXAwUBDpCyMBQL9Vrmpu/sLfcIgouu+MXTGMbtVvJBMNmYL+Urdqu6
bM50EVUhRduGasjisUjEx331nGtw+ZhvSy9XlEi+3+pg2T4WTAcVlNQ/95vfC2RM
KoJXOQqjcTBvMB0GA1UdDgQWBBTXBWjHkS5xaFAxybE1c1x8vQ9sqjAfBgNVHSME
GDAWgBTXBWjHkS5xaFAxybE1c1x8vQ9sqjAPBgNVHRMBAf8EBTADAQH/MBwGA1Ud
EQQVMBOBEWhlbHBAc2hvcC5leGFtcGxlMAoGCCqGSM49BAMCA2gAMGUCMQDRexbR
8GjZCjcSkGT0qqp9nH9tFRjVkhPb5QNUZtnYrzraI3Y5tdTl4qz/XLRjNaYCMEzj
D37jbu8YlsVZn8E4ojH5cKTE0UwQ5dU3U7NEebU0FAankDcViPq334Hd2kFDLA==
-----END CERTIFICATE-----
"""
P384_MAIL = """\
MIIBbQYJKoZIhvcNAQcDoIIBXjCCAVoCAQIxgdahgdMCAQOgcaFvMAkGByqGSM49AgEDYgAE1+NxBjrHi8o9LT1sk8x2Pr0vSp2z
7LOMmAlLYHFwAinFm5NGXXUR8xC6mqLH2UeNeOIMa8BpXRL9Pf+5jUut3PMoh2yyhpdv67/hgndLeB/uNusm1UcGC2PTKORNJdEv
MBUGBiuBBAELAjALBglghkgBZQMEAS0wRDBCoBYEFNcFaMeRLnFoUDHJsTVzXHy9D2yqBCghltcKauhXUH9gedwgD7byro81sTvQ
fUjTCNQVJevZlHHWrdsAjQUaMHwGCSqGSIb3DQEHATAdBglghkgBZQMEASoEEKRhubsZyn4U9rR6Ugzg4PSAUAncM+Bfi84ALbUh
5XcY7QG76XJzmrpt5YVgqkGYgkFt9jesNGIRTqXVRdXsOKs4qntAzKRcXG4Tlm8oWBaa/QPBwlNQgJLjurIoSZgVBUe9
"""


@cache
def lilei() -> Tsk:
    return Tsk.generate(LILEI)


@cache
def helpdesk() -> Tsk:
    return Tsk.generate("Help <help@shop.example>")


@pytest.fixture
def channel(make_mailbox: MakeMailbox) -> Channel:
    return make_mailbox(secrets={"pgp_key": str(helpdesk())})


def know(key: Tsk) -> None:
    certificate = key.extract_certificate()
    CorrespondentKey.objects.create(
        address="lilei@example.cn",
        kind="pgp",
        fingerprint=certificate.fingerprint,
        key=str(certificate),
        first_seen_at=NOW,
    )


def text_mail(body: bytes) -> bytes:
    return mail(body, "Content-Type: text/plain; charset=utf-8")


def clear_signed(key: Tsk, text: str = WORDS) -> bytes:
    return bytes(sign(key.signer(), text.encode(), mode=SignatureMode.CLEAR))


@pytest.mark.parametrize(
    ("key", "data"), [(P256_KEY, P256_MAIL), (P384_KEY, P384_MAIL)], ids=["P-256", "P-384"]
)
def test_a_mail_for_a_key_on_an_elliptic_curve_is_opened(key: str, data: str) -> None:
    raw = mail(
        data.encode(),
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data",
        "Content-Transfer-Encoding: base64",
    )
    other = P384_KEY if key == P256_KEY else P256_KEY
    assert opened(raw, key) == ("decrypted", WORDS)
    assert opened(raw, other)[0] == "no_key"


def opened(raw: bytes, bundle: str) -> tuple[str, str]:
    """What became of the encryption with this key, and the text that shows."""
    keys = mailbox_keys({}, {"smime_key": bundle})
    parsed = parse_mail(
        raw, open_seals=lambda root, sender: open_seals(root, sender=sender, keys=keys, known_pgp=[])
    )
    return parsed.seals["encryption"]["state"], parsed.text


def test_a_damaged_agreement_says_so() -> None:
    broken = bytearray(base64.b64decode(P256_MAIL))
    at = broken.index(bytes.fromhex("0418")) + 10  # within the wrapped key
    broken[at] ^= 1
    raw = mail(
        base64.encodebytes(bytes(broken)),
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data",
        "Content-Transfer-Encoding: base64",
    )
    assert opened(raw, P256_KEY)[0] == "failed"


def test_a_message_inside_plain_text_is_opened_where_it_stands(channel: Channel) -> None:
    armour = encrypt(WORDS.encode(), recipients=[helpdesk().extract_certificate()])
    inbound = understand(channel, text_mail("您好：\n\n".encode() + armour + "\n\n李雷\n".encode()))
    assert inbound.marks["encryption"] == {"kind": "pgp", "state": "decrypted"}
    assert inbound.text.split() == ["您好：", WORDS, "李雷"]


def test_a_message_inside_plain_text_for_somebody_else_stays_as_it_is(channel: Channel) -> None:
    armour = encrypt(WORDS.encode(), recipients=[lilei().extract_certificate()])
    inbound = understand(channel, text_mail(armour))
    assert inbound.marks["encryption"] == {"kind": "pgp", "state": "no_key"}
    assert "BEGIN PGP MESSAGE" in inbound.text


def test_the_html_beside_an_opened_text_does_not_show_the_armour(channel: Channel) -> None:
    armour = encrypt(WORDS.encode(), recipients=[helpdesk().extract_certificate()])
    body = b"--x\r\nContent-Type: text/plain\r\n\r\n" + armour
    body += b"\r\n--x\r\nContent-Type: text/html\r\n\r\n<pre>" + armour + b"</pre>\r\n--x--\r\n"
    inbound = understand(channel, mail(body, "Content-Type: multipart/alternative; boundary=x"))
    assert (inbound.text, inbound.html) == (WORDS, "")


def test_a_text_signed_in_the_clear_is_checked_and_shown_without_its_armour(channel: Channel) -> None:
    know(lilei())
    inbound = understand(channel, text_mail(clear_signed(lilei(), f"{WORDS}\n- 李雷\n-- \n尾巴")))
    assert signature(inbound) == ("valid", "")
    assert "PGP" not in inbound.text
    assert inbound.text.startswith(f"{WORDS}\n- 李雷")


def test_a_text_signed_in_the_clear_and_changed_does_not_hold(channel: Channel) -> None:
    know(lilei())
    changed = clear_signed(lilei()).replace("退款".encode(), "付款".encode())
    assert signature(understand(channel, text_mail(changed))) == ("invalid", "changed")


def test_words_around_a_signed_text_are_not_taken_for_signed(channel: Channel) -> None:
    know(lilei())
    raw = text_mail("请把款打到我的新账户。\n\n".encode() + clear_signed(lilei()))
    inbound = understand(channel, raw)
    assert signature(inbound) == ("unknown", "in_part")
    assert "新账户" in inbound.text
    assert WORDS in inbound.text


def autocrypt(key: Tsk) -> str:
    blob = base64.b64encode(bytes(key.extract_certificate())).decode()
    return f"Autocrypt: addr=lilei@example.cn; keydata={blob}"


def test_another_key_counts_once_somebody_trusts_it_and_the_one_before_no_more(
    channel: Channel, administrator: Staff
) -> None:
    know(lilei())
    other = Tsk.generate(LILEI)
    assert signature(understand(channel, pgp_signed(other, ENTITY, autocrypt(other)))) == (
        "unknown",
        "new_key",
    )
    client = client_for(administrator)
    [offer] = client.get("/api/v1/senders/keys").json()
    assert offer["address"] == "lilei@example.cn"
    assert offer["fingerprint"] == other.extract_certificate().fingerprint
    assert offer["trusted"] == [lilei().extract_certificate().fingerprint]
    assert client.post(f"/api/v1/senders/keys/{offer['id']}/trust").status_code == 204
    assert signature(understand(channel, pgp_signed(other, ENTITY, "X-Again: 1"))) == ("valid", "")
    assert signature(understand(channel, pgp_signed(lilei(), ENTITY, "X-Again: 2"))) == ("unknown", "new_key")
    assert client.get("/api/v1/senders/keys").json() == []
    assert AuditEntry.objects.get().action == "keys.trusted"


def test_a_refused_key_stays_refused_and_is_not_offered_again(channel: Channel, administrator: Staff) -> None:
    know(lilei())
    other = Tsk.generate(LILEI)
    understand(channel, pgp_signed(other, ENTITY, autocrypt(other)))
    offered = CorrespondentKey.objects.get(state="offered")
    refuse_key(key_id=offered.pk, by=administrator, now=NOW)
    understand(channel, pgp_signed(other, ENTITY, autocrypt(other), "X-Again: 1"))
    assert not CorrespondentKey.objects.filter(state="offered").exists()
    with pytest.raises(DecidedAlready):
        trust_key(key_id=offered.pk, by=administrator, now=NOW)
    assert signature(understand(channel, pgp_signed(other, ENTITY, "X-Again: 2"))) == ("unknown", "new_key")
    assert signature(understand(channel, pgp_signed(lilei(), ENTITY, "X-Again: 3"))) == ("valid", "")


def test_only_who_blocks_senders_decides_on_keys(channel: Channel) -> None:
    know(lilei())
    other = Tsk.generate(LILEI)
    understand(channel, pgp_signed(other, ENTITY, autocrypt(other)))
    offered = CorrespondentKey.objects.get(state="offered")
    agent = client_for(make_staff())
    assert agent.get("/api/v1/senders/keys").status_code == 403
    assert agent.post(f"/api/v1/senders/keys/{offered.pk}/trust").status_code == 403
    offered.refresh_from_db()
    assert offered.state == "offered"
