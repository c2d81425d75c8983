"""Whether a mailbox's keys do what they are there for: each is tried on a few words."""

from __future__ import annotations

from collections.abc import Iterator

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.sealing.keys import UnusableKey, mailbox_keys
from zhiyin.channels.providers.email.sealing.signing import signer_of
from zhiyin.platform.ops.findings import Finding, error, ok

_WORDS = b"Content-Type: text/plain\r\n\r\nhello"


def check_keys(channel: Channel) -> Iterator[Finding]:
    """One finding for each kind of key there is, or that is to sign."""
    wanted = str(channel.settings.get("sign_with") or "none")
    for kind in ("smime", "pgp"):
        if not channel.secrets.get(f"{kind}_key") and wanted != kind:
            continue
        try:
            sign = signer_of(kind, mailbox_keys(channel.settings, channel.secrets))
            assert sign is not None
            sign(_WORDS)
        except UnusableKey:
            yield _unusable(kind)
        else:
            yield ok(
                f"email.{kind}_key", zh=f"{_NAMES[kind]} 密钥可用。", en=f"The {_NAMES[kind]} key works."
            )


_NAMES = {"smime": "S/MIME", "pgp": "OpenPGP"}


def _unusable(kind: str) -> Finding:
    name = _NAMES[kind]
    return error(
        f"email.{kind}_key_unusable",
        zh=f"{name} 密钥无法使用。",
        en=f"The {name} key can't be used.",
        next_zh="请完整粘贴私钥（S/MIME 还需与之对应的证书），并核对口令。",
        next_en="Paste the whole private key (for S/MIME with the certificate that belongs to it) and compare the passphrase.",
    )
