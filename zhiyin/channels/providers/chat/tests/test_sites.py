"""Only the channel's own sites get in, and are told so by CORS; every refusal leaves nothing behind."""

from __future__ import annotations

import pytest

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.models import Visitor
from zhiyin.channels.providers.chat.tests.world import SHOP, Browser, make_chat

pytestmark = pytest.mark.django_db


def test_an_allowed_site_may_read_the_answer() -> None:
    answer = Browser(make_chat()).get("/config?locale=zh-CN")
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == SHOP
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Origin" in answer["Vary"]


def test_a_preflight_is_answered_without_asking_further() -> None:
    answer = Browser(make_chat()).options("/messages")
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == SHOP
    assert "authorization" in answer["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://shop.example",
        "https://shop.example.evil.example",
        "https://sub.shop.example",
        "https://shop.example:8443",
        "null",
        None,
    ],
)
def test_another_site_is_refused_and_nothing_is_stored(origin: str | None) -> None:
    browser = Browser(make_chat(), origin=origin)
    for answer in (browser.post("/sessions"), browser.options("/sessions"), browser.get("/config")):
        assert (answer.status_code, answer.json()["code"]) == (403, "chat.origin_not_allowed")
        assert "Access-Control-Allow-Origin" not in answer
    assert Visitor.objects.count() == 0


def test_a_star_covers_the_hosts_below_a_domain_only() -> None:
    channel = make_chat(allowed_origins=["https://*.shop.example"])
    assert Browser(channel, origin="https://a.b.shop.example").get("/config").status_code == 200
    for origin in ("https://shop.example", "https://notshop.example", "http://a.shop.example"):
        assert Browser(channel, origin=origin).get("/config").status_code == 403


def test_one_star_covers_every_site() -> None:
    channel = make_chat(allowed_origins=["*"])
    answer = Browser(channel, origin="https://any.example").get("/config")
    assert answer["Access-Control-Allow-Origin"] == "https://any.example"
    assert Browser(channel, origin=None).get("/config").status_code == 403


def test_our_own_pages_may_always_show_the_widget() -> None:
    channel = make_chat(allowed_origins=[])
    assert Browser(channel, origin="http://127.0.0.1:8000").get("/config").status_code == 200
    browser = Browser(channel, origin=None)
    browser.headers["Sec-Fetch-Site"] = "same-origin"
    assert browser.get("/config").status_code == 200


def test_a_get_without_origin_counts_by_its_referer() -> None:
    browser = Browser(make_chat(), origin=None)
    browser.headers["Referer"] = f"{SHOP}/checkout?step=2"
    assert browser.get("/config").status_code == 200
    browser.headers["Referer"] = "https://evil.example/"
    assert browser.get("/config").status_code == 403


def test_a_channel_that_is_off_or_of_another_kind_is_not_there() -> None:
    off, mailbox = make_chat(), Channel.objects.create(kind="email", name="m")
    Channel.objects.filter(pk=off.pk).update(active=False)
    for channel in (off, mailbox, Channel(key="nowhere")):
        answer = Browser(channel, language="en").get("/config")
        assert (answer.status_code, answer.json()["code"]) == (404, "chat.channel_unknown")
        assert answer.json()["detail"].startswith("There is no such chat")


def test_refusals_can_be_read_by_the_widget() -> None:
    browser = Browser(make_chat())
    answer = browser.post("/messages", {"client_id": "12345678", "text": "x"})
    assert (answer.status_code, answer.json()["code"]) == (401, "chat.visitor_unknown")
    assert answer["Access-Control-Allow-Origin"] == SHOP


def test_settings_speak_the_visitors_language_with_words_of_their_own() -> None:
    channel = make_chat(title_zh="青禾客服", color="#0a7", position="left", greeting_en="Welcome!")
    chinese = Browser(channel).get("/config?locale=zh-CN").json()
    english = Browser(channel).get("/config?locale=en").json()
    assert (chinese["title"], chinese["greeting"]) == ("青禾客服", "Welcome!")
    assert (english["title"], english["greeting"]) == ("青禾客服", "Welcome!")
    assert (english["reply_hint"], english["color"], english["position"]) == (
        "We reply as soon as we can",
        "#0a7",
        "left",
    )


def test_settings_that_make_no_sense_give_way_to_the_defaults() -> None:
    channel = make_chat(color="red; }", theme="neon", gone_minutes="soon", continue_by="gone")
    told = Browser(channel).get("/config").json()
    assert (told["color"], told["theme"], told["email_offered"]) == ("#1f5cd1", "auto", False)
