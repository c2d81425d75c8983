"""What a browser is given before it asks the API anything."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

from django.test import Client


def test_the_widgets_script_comes_compressed_to_who_can_read_it(tmp_path: Path, settings: Any) -> None:
    script = b"let chat = 1;" * 100
    (tmp_path / "widget").mkdir()
    (tmp_path / "widget" / "widget.js").write_bytes(script)
    settings.FRONTEND_DIR = tmp_path
    plain = Client().get("/widget.js")
    assert (plain.content, "Content-Encoding" in plain) == (script, False)
    small = Client().get("/widget.js", headers={"Accept-Encoding": "gzip, br"})
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small["Vary"].split(
        ", "
    )  # kept apart from the plain one by whoever caches it
    assert gzip.decompress(small.content) == script
    assert len(small.content) < len(script) / 10


def test_the_settings_preview_is_a_script_of_its_own(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "widget").mkdir()
    (tmp_path / "widget" / "widget-preview.js").write_bytes(b"let preview = 1;")
    settings.FRONTEND_DIR = tmp_path
    assert b'src="/widget-preview.js"' in Client().get("/chat/preview").content
    assert Client().get("/widget-preview.js").content == b"let preview = 1;"
    assert Client().get("/widget.js").status_code == 503  # not built
