"""HTML is cleaned once: nothing in it acts, nothing is fetched until asked, pictures of the mail itself show."""

from __future__ import annotations

import time

import pytest

from zhiyin.channels.providers.email.parsing.cleaning import clean_html
from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.tests.mails import b64, mail, mixed, part
from zhiyin.platform.text.html_text import html_to_text


def clean(source: str, *cids: str) -> str:
    cleaned = clean_html(source, cids=frozenset(cids), locations={})
    assert cleaned is not None
    return cleaned.html


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<iframe src='https://x'></iframe>",
        "<form action='https://x'><input name=p></form>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        "<style>@import 'https://x'</style>",
        "<div style='background:url(https://x)'>x</div>",
        "<div style='background-color:u\\72l(https://x)'>x</div>",
        "<div style='width:image-set(\"https://x\" 1x)'>x</div>",
        "<link rel=stylesheet href=https://x>",
        "<base href='https://x'>",
        "<meta http-equiv=refresh content='0;url=https://x'>",
        "<img srcset='https://x 2x'>",
        "<img src='//x/pixel.gif'>",
        "<video poster='https://x'></video>",
        "<table background='https://x'></table>",
        "<img src='data:image/svg+xml;base64,AAAA'>",
        "<object data='https://x'></object>",
    ],
)
def test_nothing_in_a_mail_acts_or_calls_home(source: str) -> None:
    cleaned = clean(source).lower()
    for word in (
        "script",
        "onerror",
        "javascript",
        "iframe",
        "form",
        "style=",
        " src=",
        "link",
        "meta",
        "base href",
    ):
        assert word not in cleaned
    assert "https://x" not in cleaned


def test_remote_pictures_wait_until_asked() -> None:
    cleaned = clean_html(
        '<img src="https://x.cn/a.png?b=1&amp;c=2" alt="logo">', cids=frozenset(), locations={}
    )
    assert cleaned is not None
    assert cleaned.html == '<img data-blocked-src="https://x.cn/a.png?b=1&amp;c=2" alt="logo">'
    assert cleaned.has_remote_images


def test_links_open_elsewhere_and_tell_nothing() -> None:
    assert clean('<a href="https://x.cn" target=_top>x</a>') == (
        '<a href="https://x.cn" target="_blank" rel="noopener noreferrer">x</a>'
    )


def test_what_makes_text_readable_stays_and_what_could_cover_the_page_goes() -> None:
    cleaned = clean("<p style='color:red;position:fixed;z-index:9;margin-top:-99px;font-weight:bold'>x</p>")
    assert cleaned == '<p style="color:red;margin-top:-99px;font-weight:bold">x</p>'


def test_quotes_of_known_programs_are_marked_for_folding() -> None:
    assert clean('<div class="gmail_quote x">q</div>') == '<div class="quoted">q</div>'
    assert clean('<div class="header nav">q</div>') == "<div>q</div>"


def test_pictures_of_the_mail_are_shown_and_only_shown_ones_are_inline() -> None:
    def picture(cid: str) -> bytes:
        return part(
            b64(b"GIF89a"),
            f"Content-Type: image/gif; name={cid}.gif",
            f"Content-ID: <{cid}@x>",
            "Content-Transfer-Encoding: base64",
        )

    html = '<p>see <img src="CID:one%40x"> <img src="cid:gone@x"></p>'
    parsed = parse_mail(
        mixed(part(html, "Content-Type: text/html"), picture("one"), picture("two"), kind="related")
    )
    assert parsed.html == '<p>see <img src="cid:one@x"> <img></p>'
    assert [(one.cid, one.inline) for one in parsed.attachments] == [("one@x", True), ("two@x", False)]
    assert not parsed.has_remote_images


def test_pictures_named_by_address_are_found_too() -> None:
    parsed = parse_mail(
        mixed(
            part('<img src="https://x.cn/a.gif">', "Content-Type: text/html"),
            part("GIF89a", "Content-Type: image/gif", "Content-Location: https://x.cn/a.gif"),
            kind="related",
        )
    )
    assert parsed.html == f'<img src="cid:{parsed.attachments[0].cid}">'
    assert parsed.attachments[0].inline


def test_html_reads_as_lines() -> None:
    html = clean(
        "<h1>标题</h1><div>一<br>二</div><div>三&nbsp;四</div><ul><li>甲<li>乙</ul>"
        "<table><tr><td>1</td><td>2</td></tr></table><blockquote>旧<blockquote>更旧</blockquote></blockquote>"
    )
    assert html_to_text(html) == "标题\n\n一\n二\n三 四\n\n- 甲\n- 乙\n\n1\t2\n\n> 旧\n>\n>> 更旧\n>>\n>"


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 100_000,
        "<dl><fieldset>" * 50_000,
        "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
        "<!--" * 200_000,
        "<a '" * 200_000,
        "<" * 300_000,
        "&" * 100_000,
    ],
    ids=["deep", "deep, mixed", "attributes", "comments", "quotes", "brackets", "ampersands"],
)
def test_html_made_to_hold_a_cleaner_up_does_not(source: str) -> None:
    began = time.process_time()
    parsed = parse_mail(mail(source, "Content-Type: text/html"))
    assert time.process_time() - began < 5
    assert len(parsed.html) < 5_000_000


def test_html_too_heavy_to_show_is_attached_and_its_text_read() -> None:
    parsed = parse_mail(mail("<div>" * 5_000 + "您好", "Content-Type: text/html; charset=utf-8"))
    assert parsed.html == ""
    assert parsed.text.strip() == "您好"
    assert [one.name for one in parsed.attachments] == ["message.html"]
