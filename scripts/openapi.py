"""Writes web/desk/openapi.json, the API's own description, from which the desk's types are made: `make openapi`."""

from __future__ import annotations

import json
import os
from pathlib import Path

FILE = Path(__file__).parents[1] / "web" / "desk" / "openapi.json"


def described() -> str:
    """The description as it stands in the file."""
    from zhiyin.api import api

    return json.dumps(api.get_openapi_schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    for name in ("DATABASE_URL", "ZHIYIN_SECRET_KEY", "ZHIYIN_KEYS"):
        os.environ.setdefault(name, "postgresql:///unused")  # only the description is wanted
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.settings")
    import django

    django.setup()
    FILE.write_text(described(), encoding="utf-8")


if __name__ == "__main__":
    main()
