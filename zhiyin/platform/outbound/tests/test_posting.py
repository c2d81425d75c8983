import socket
import threading
import time
from datetime import UTC, datetime

import pytest
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from zhiyin.platform.outbound.addresses import AddressRefused
from zhiyin.platform.outbound.posting import SHOWN_AT_MOST, NoAnswer, post
from zhiyin.platform.outbound.signing import new_secret, signed_headers
from zhiyin.testing.receiver import receiver


def test_a_message_arrives_with_its_headers_and_the_answer_comes_back() -> None:
    with receiver() as other:
        other.answers = [(202, {"X-Told": "yes"}, b"taken")]
        answer = post(other.url, content=b'{"a":1}', headers={"content-type": "application/json"})
    [got] = other.received
    assert (got.path, got.body, got.headers["content-type"]) == ("/hook", b'{"a":1}', "application/json")
    assert got.headers["host"] == other.url.split("/")[2]
    assert (answer.status, answer.headers["x-told"], answer.excerpt) == (202, "yes", "taken")


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with receiver() as inner, receiver() as other:
        other.answers = [(302, {"Location": inner.url}, b"")]
        assert post(other.url, content=b"", headers={}).status == 302
    assert inner.received == []


def test_only_the_beginning_of_a_long_answer_is_kept() -> None:
    with receiver() as other:
        other.answers = [(200, {}, b"x" * 1_000_000)]
        assert len(post(other.url, content=b"", headers={}).excerpt) == SHOWN_AT_MOST


def test_an_inner_address_is_not_even_connected_to(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    with receiver() as other, pytest.raises(AddressRefused):
        post(other.url, content=b"", headers={})
    assert other.received == []


def test_nobody_there_is_told_in_words() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoAnswer, match="refused"):
        post(f"http://127.0.0.1:{port}/", content=b"", headers={})


def test_an_unknown_host_is_told_in_words() -> None:
    with pytest.raises(NoAnswer, match="gaierror"):
        post("http://no-such-host.invalid/", content=b"", headers={})


def test_a_silent_receiver_is_left_in_time() -> None:
    with receiver() as other:
        release = threading.Event()

        def stay_silent() -> None:
            release.wait(5)

        other.before_answer = stay_silent
        started = time.monotonic()
        with pytest.raises(NoAnswer, match=r"no answer within 0\.3 s"):
            post(other.url, content=b"", headers={}, within=0.3)
        assert time.monotonic() - started < 2
        release.set()


def test_a_receiver_that_dribbles_is_left_in_time() -> None:
    """Each byte comes quickly; together they would last for ever."""
    listener = socket.create_server(("127.0.0.1", 0))

    def dribble() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            try:
                for _ in range(200):
                    connection.sendall(b"x")
                    time.sleep(0.05)
            except OSError:
                pass

    thread = threading.Thread(target=dribble, daemon=True)
    thread.start()
    started = time.monotonic()
    with pytest.raises(NoAnswer):
        post(f"http://127.0.0.1:{listener.getsockname()[1]}/", content=b"", headers={}, within=0.5)
    assert time.monotonic() - started < 2
    thread.join(timeout=5)
    listener.close()


def test_the_receivers_library_accepts_our_signature_and_no_other() -> None:
    secret, body = new_secret(), '{"type":"tickets.resolved"}'
    headers = signed_headers(secret=secret, message_id="msg_1", at=datetime.now(UTC), body=body)
    assert Webhook(secret).verify(body, headers) == {"type": "tickets.resolved"}
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + " ", headers)
