from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zhiyin.platform.crypto.key_ring import key_ring
from zhiyin.platform.crypto.rotation import keys_in_use
from zhiyin.platform.ops.findings import Finding, check, error, ok


@check("keys", zh="加密密钥", en="Encryption keys")
def check_keys(*, now: datetime) -> Iterator[Finding]:
    """Whether every stored secret can be opened, and which keys are no longer needed."""
    ring, used = key_ring(), keys_in_use()
    missing = sorted(set(used) - set(ring.keys))
    old = sorted(key for key in used if key in ring.keys and key != ring.current_id)
    spare = sorted(key for key in ring.keys if key != ring.current_id and key not in used)
    if missing:
        yield _missing(", ".join(missing), sum(used[key] for key in missing))
    elif old:
        names = ", ".join(old)
        yield ok(
            "keys.rotating",
            zh=f"部分数据仍由旧密钥 {names} 加密，今晚会自动换成新密钥；在此之前请保留旧密钥。",
            en=f"Some values are still under {names}; tonight they come under the first key. Keep the old ones until then.",
        )
    elif spare:
        names = ", ".join(spare)
        yield ok(
            "keys.spare",
            zh=f"密钥 {names} 已不再使用，可以从 ZHIYIN_KEYS 中删除。",
            en=f"Nothing needs the key {names} any more; it may leave ZHIYIN_KEYS.",
        )
    else:
        yield ok("keys.well", zh="加密数据均可读取。", en="Every encrypted value can be opened.")


def _missing(names: str, values: int) -> Finding:
    return error(
        "keys.missing",
        zh=f"{values} 项加密数据需要密钥 {names}，但 ZHIYIN_KEYS 中没有。",
        en=f"{values} encrypted values need the key {names}, which is not in ZHIYIN_KEYS.",
        next_zh="从备份中找回该密钥，加在 ZHIYIN_KEYS 第一个密钥之后，然后重启。",
        next_en="Find the key in your backup, add it to ZHIYIN_KEYS after the first, and restart.",
    )
