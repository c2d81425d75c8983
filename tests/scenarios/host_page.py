"""Somebody's web site that carries the chat widget: another origin, with a strict policy of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

DEMO = Path(__file__).parents[2] / "web" / "widget" / "demo.html"


@contextmanager
def host_page(desk: str) -> Iterator[str]:
    """Serve the widget's demo page on a port of its own; the site's address."""
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src 'nonce-demo' {desk}",
            "style-src 'nonce-demo'",
            f"img-src {desk} blob:",
            f"connect-src {desk}",
            "base-uri 'none'",
        ]
    )

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(DEMO.read_bytes())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
