"""Text is readable in the charset it says, the one it should have said, or the one it most likely is."""

from __future__ import annotations

import base64

import pytest

from zhiyin.channels.providers.email.parsing.charsets import decode_text
from zhiyin.channels.providers.email.parsing.encoded_words import decode_words
from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.tests.mails import b64, mail, mixed, part

CHINESE = "您好，我的订单还没有发货，请帮我查一下，谢谢。"
TRADITIONAL = "您好，我的訂單還沒有發貨，請幫我查一下，謝謝。"
JAPANESE = "こんにちは。注文した商品がまだ届いていません。"
KOREAN = "안녕하세요. 주문한 상품이 아직 도착하지 않았습니다. 확인해 주세요."


@pytest.mark.parametrize(
    ("text", "codec", "declared"),
    [
        (CHINESE, "gb18030", "gb2312"),
        (CHINESE + "㐀𠮷镕", "gb18030", "gb2312"),  # beyond what the label allows
        (CHINESE, "gbk", "GBK"),
        (CHINESE, "gb18030", "GB18030"),
        (CHINESE, "utf-8", "gb2312"),  # mislabelled
        (CHINESE, "gbk", "utf-8"),
        (CHINESE, "gbk", "iso-8859-1"),
        (CHINESE, "gbk", "us-ascii"),
        (CHINESE, "gbk", ""),
        (CHINESE, "utf-8", ""),
        (CHINESE, "utf-8", "x-unknown"),
        (CHINESE, "hz", "hz-gb-2312"),
        (CHINESE, "utf-16", "utf-16"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "big5", ""),
        (TRADITIONAL, "big5", "iso-8859-1"),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        (JAPANESE, "iso2022_jp", ""),
        (JAPANESE, "cp932", "shift_jis"),
        (JAPANESE, "cp932", ""),
        (JAPANESE, "euc_jp", "euc-jp"),
        (JAPANESE, "euc_jp", ""),
        (KOREAN, "euc_kr", "ks_c_5601-1987"),
        (KOREAN, "euc_kr", ""),
        ("Größe, naïve, déjà vu, año", "latin-1", "iso-8859-1"),
        ("Größe, naïve, déjà vu, año", "latin-1", ""),
        ("“quotes” – dash", "cp1252", "iso-8859-1"),
        ("Здравствуйте, где мой заказ? Проверьте, пожалуйста.", "koi8-r", "koi8-r"),
        ("Здравствуйте, где мой заказ? Проверьте, пожалуйста.", "cp1251", ""),
    ],
)
def test_bytes_become_the_text_that_was_written(text: str, codec: str, declared: str) -> None:
    assert decode_text(text.encode(codec), declared) == text


def test_one_broken_character_does_not_spoil_the_rest() -> None:
    assert decode_text(CHINESE.encode("gbk")[:-1], "gbk").startswith(CHINESE[:-1])
    assert decode_text(CHINESE.encode()[:-1], "utf-8").startswith(CHINESE[:-1])


def test_characters_no_database_keeps_are_left_out() -> None:
    assert decode_text(b"a\x00b\x07c\n\td") == "abc\n\td"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?B?5oKo5aW9?=", "您好"),
        ("=?gb2312?B?xPq6ww==?=", "您好"),
        ("=?UTF-8?B?5oKo5Q==?= =?UTF-8?B?pb0=?=", "您好"),  # a character cut in two
        ("=?gbk?Q?=C4=FA?= =?gbk?Q?=BA=C3?=", "您好"),
        ("=?utf-8?Q?a_b?= c", "a b c"),
        ("Re: =?utf-8?B?5oKo5aW9?=: x", "Re: 您好: x"),
        ("=?utf-8*zh?B?5oKo5aW9?=", "您好"),
        ("=?utf-8?B?5oKo5aW9", "您好"),  # cut off
        ("=?utf-8?B?5oKo\n 5aW9?=", "您好"),  # folded inside
        ("=?utf-8?Q?a b?=", "a b"),
        ("=?no-such?B?5oKo5aW9?=", "您好"),
        ("=?iso-2022-jp?B?GyRCJCIbKEI=?=", "あ"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("a =?b", "a =?b"),
    ],
)
def test_encoded_words(raw: str, text: str) -> None:
    assert decode_words(raw) == text


def test_fields_in_raw_bytes_of_any_charset() -> None:
    raw = (
        b"From: "
        + "李雷".encode("gbk")
        + b" <a@b.cn>\r\nSubject: "
        + "退款什么时候到".encode("gbk")
        + b"\r\n\r\nx"
    )
    parsed = parse_mail(raw)
    assert (parsed.sender.name, parsed.subject) == ("李雷", "退款什么时候到")
    assert parse_mail(mail(subject="Säying 你好")).subject == "Säying 你好"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", base64.b64encode(CHINESE.encode())),
        ("base64", base64.b64encode(CHINESE.encode()).rstrip(b"=")),
        (
            "base64",
            base64.b64encode(CHINESE.encode())[:20] + b"\r\n!\r\n" + base64.b64encode(CHINESE.encode())[20:],
        ),
        ("Base64;", base64.b64encode(CHINESE.encode())),
        ("quoted-printable", CHINESE.encode().replace(b"\xe6", b"=E6")),
        ("8bit", CHINESE.encode()),
        ("base64", CHINESE.encode()),  # says base64 and isn't
        ("nonsense", CHINESE.encode()),
    ],
)
def test_transfer_encodings_true_broken_and_false(encoding: str, body: bytes) -> None:
    raw = mail(body, "Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}")
    assert parse_mail(raw).text == CHINESE


def test_paragraphs_broken_for_the_journey_are_made_whole() -> None:
    raw = mail("one \r\ntwo\r\n\r\n> a \r\n> b\r\n", "Content-Type: text/plain; format=flowed")
    assert parse_mail(raw).text == "one two"
    assert parse_mail(raw).quoted_text == "> a b"
    raw = mail("一 \r\n二\r\n", "Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8")
    assert parse_mail(raw).text == "一二"


def test_the_plain_text_is_read_and_the_html_kept() -> None:
    raw = mixed(
        part("您好", "Content-Type: text/plain; charset=utf-8"),
        part("<p>您好</p>", "Content-Type: text/html; charset=utf-8"),
        kind="alternative",
    )
    parsed = parse_mail(raw)
    assert (parsed.text, parsed.html, parsed.attachments) == ("您好", "<p>您好</p>", ())


def test_a_mail_of_html_alone_is_read_as_text_and_its_quote_folds() -> None:
    html = "<meta charset=gbk><div>您好<br>第二行</div><blockquote>On 2024-01-01, x &lt;a@b.c&gt; wrote: old</blockquote>"
    parsed = parse_mail(mail(html.encode("gbk"), "Content-Type: text/html"))
    assert parsed.text == "您好\n第二行"
    assert "old" in parsed.quoted_text


HTML_REPLIES = {
    "QQ": """<div>收到，谢谢。</div><div><br></div>
<div style='font-size:12px'>------------------&nbsp;原始邮件&nbsp;------------------</div>
<div><div><b>发件人:</b>&nbsp;"客服" &lt;help@shop.example&gt;;</div><div><b>发送时间:</b>&nbsp;2024年3月5日</div>
<div><b>收件人:</b>&nbsp;"李雷";</div><div><b>主题:</b>&nbsp;Re: 退款</div></div><div>旧内容</div>""",
    "Outlook": """<p class=MsoNormal>收到，谢谢。<o:p></o:p></p>
<div style='border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b><span>发件人<span lang=EN-US>:</span></span></b>
客服 &lt;help@shop.example&gt; <br><b>发送时间:</b> 2024年3月5日 10:20<br><b>收件人:</b> 李雷<br>
<b>主题:</b> Re: 退款<o:p></o:p></p></div><p class=MsoNormal>旧内容</p>""",
    "163": """<div>收到，谢谢。</div><br><p>At 2024-03-05 10:20:33, "客服" &lt;help@shop.example&gt; wrote:</p>
<blockquote id='isReplyContent'><div>旧内容</div></blockquote>""",
    "网易邮箱大师": """<div>收到，谢谢。</div><div class='ntes-mailmaster-quote'><div>---- 回复的原邮件 ----</div>
<table><tr><td>发件人</td><td>help@shop.example</td></tr></table><div>旧内容</div></div>""",
    "Gmail": """<div dir=ltr>收到，谢谢。</div><br><div class='gmail_quote'><div class='gmail_attr'>客服
&lt;<a href='mailto:help@shop.example'>help@shop.example</a>&gt; 于2024年3月5日周二 10:20写道：<br></div>
<blockquote class='gmail_quote'><p>旧内容</p></blockquote></div>""",
    "Apple": """<html><body>收到，谢谢。<br><div><br><blockquote type='cite'>
<div>在 2024年3月5日，10:20，客服 &lt;help@shop.example&gt; 写道：</div><br><div>旧内容</div></blockquote></div></body></html>""",
}


@pytest.mark.parametrize("program", HTML_REPLIES)
def test_an_answer_in_html_folds_as_one_in_text(program: str) -> None:
    parsed = parse_mail(mail(HTML_REPLIES[program], "Content-Type: text/html; charset=utf-8"))
    assert parsed.text == "收到，谢谢。"
    assert "旧内容" in parsed.quoted_text


def test_text_around_a_picture_stays_whole() -> None:
    raw = mixed(
        part("before", "Content-Type: text/plain"),
        part(b64(b"GIF89a"), "Content-Type: image/gif; name=a.gif", "Content-Transfer-Encoding: base64"),
        part("after", "Content-Type: text/plain"),
    )
    parsed = parse_mail(raw)
    assert parsed.text == "before\n\nafter"
    assert [one.name for one in parsed.attachments] == ["a.gif"]


def test_a_text_too_long_to_show_is_attached_whole() -> None:
    parsed = parse_mail(mail("x" * 500_000))
    assert len(parsed.text) == 400_000
    assert [(one.name, len(one.content)) for one in parsed.attachments] == [("message.txt", 500_000)]
