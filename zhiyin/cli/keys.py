"""The installation's own secrets, made at the first start and kept in the data folder."""

from __future__ import annotations

import base64
import json
import secrets

from zhiyin.cli.data_folder import DataFolder, write_private
from zhiyin.cli.failures import CommandFailed


def ensure_keys(folder: DataFolder) -> dict[str, str]:
    """The environment variables that carry the keys; makes them when the folder is new."""
    if not folder.keys.exists():
        if (folder.postgres / "PG_VERSION").exists():
            raise CommandFailed(
                zh=f"{folder.keys} 不见了，而数据库已有数据：没有它就无法读取加密内容。请从备份恢复该文件。",
                en=f"{folder.keys} is missing though there is a database: encrypted data can't be read without it. "
                "Bring that file back from your backup.",
            )
        ring = f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"
        made = {"ZHIYIN_SECRET_KEY": secrets.token_urlsafe(48), "ZHIYIN_KEYS": ring}
        write_private(folder.keys, json.dumps(made, indent=1))
    return read_keys(folder)


def read_keys(folder: DataFolder) -> dict[str, str]:
    """The keys as environment variables; none when the folder has no key file."""
    try:
        told = json.loads(folder.keys.read_bytes())
        return {name: str(told[name]) for name in ("ZHIYIN_SECRET_KEY", "ZHIYIN_KEYS")}
    except FileNotFoundError:
        return {}
    except PermissionError as problem:
        raise CommandFailed(
            zh=f"无权读取 {folder.keys}。请用运行 zhiyin up 的同一用户执行。",
            en=f"may not read {folder.keys}: run this as the same user as zhiyin up.",
        ) from problem
    except (ValueError, KeyError, TypeError) as problem:
        raise CommandFailed(
            zh=f"{folder.keys} 已损坏（{problem!r}）。请从备份恢复该文件。",
            en=f"{folder.keys} is damaged ({problem!r}). Bring that file back from your backup.",
        ) from problem
