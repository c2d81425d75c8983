"""Whatever program the customer answers with, the desk shows what they wrote now and folds what the mail repeats."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.replies import score_replies
from zhiyin.channels.providers.email.parsing.quoting import fold_quoted

REPLIES = Path(__file__).parents[6] / "shared/data/mail/replies"

CLIENTS = {
    "QQ 邮箱网页": """你好，退款还没有到账，麻烦再查一下。




------------------ 原始邮件 ------------------
发件人: "知音客服" <support@example.com>;
发送时间: 2024年3月5日(星期二) 上午10:20
收件人: "李雷"<lilei@qq.com>;
主题: Re: 退款 [#1001]

您好，退款已经提交。""",
    "QQ 邮箱新版，不间断空格": """你好，退款还没有到账，麻烦再查一下。



------------------\u00a0原始邮件\u00a0------------------
发件人:                                            "知音客服"                         <support@example.com>;
发送时间:\u00a02024年3月5日(星期二) 上午10:20
收件人:\u00a0"李雷"<lilei@qq.com>;

主题:\u00a0Re: 退款 [#1001]



您好，退款已经提交。""",
    "QQ 邮箱手机版": """你好，退款还没有到账，麻烦再查一下。

---Original---
From: "知音客服"<support@example.com>
Date: Tue, Mar 5, 2024 10:20 AM
To: "李雷"<lilei@qq.com>;
Subject: Re: 退款 [#1001]

您好，退款已经提交。""",
    "Foxmail": """你好，退款还没有到账，麻烦再查一下。



李雷
lilei@example.cn

发件人： 知音客服
发送时间： 2024-03-05 10:20
收件人： 李雷
主题： Re: 退款 [#1001]
您好，退款已经提交。""",
    "网易 163 网页": """你好，退款还没有到账，麻烦再查一下。

















在 2024-03-05 10:20:33，"知音客服" <support@example.com> 写道：

您好，退款已经提交。
我们会在三天内处理。""",
    "网易 163 英文界面": """你好，退款还没有到账，麻烦再查一下。

At 2024-03-05 10:20:33, "知音客服" <support@example.com> wrote:
>您好，退款已经提交。
>我们会在三天内处理。""",
    "网易邮箱大师": """你好，退款还没有到账，麻烦再查一下。


| |
李雷
|
|
lilei@163.com
|
---- 回复的原邮件 ----
| 发件人 | 知音客服<support@example.com> |
| 发送日期 | 2024年3月5日 10:20 |
| 收件人 | 李雷<lilei@163.com> |
| 主题 | Re: 退款 [#1001] |
您好，退款已经提交。""",
    "Outlook 中文": """你好，退款还没有到账，麻烦再查一下。

发件人: 知音客服 [mailto:support@example.com]
发送时间: 2024年3月5日 10:20
收件人: 李雷 <lilei@corp.cn>
抄送: 韩梅梅 <hmm@corp.cn>
主题: 答复: 退款 [#1001]

您好，退款已经提交。""",
    "Outlook 2010 中文": """你好，退款还没有到账，麻烦再查一下。

-----邮件原件-----
发件人: 知音客服
发送时间: 2024年3月5日 10:20
收件人: 李雷
主题: 退款

您好，退款已经提交。""",
    "Outlook 网页版": """你好，退款还没有到账，麻烦再查一下。
________________________________
发件人: 知音客服 <support@example.com>
发送时间: 2024年3月5日 10:20
收件人: 李雷 <lilei@outlook.com>
主题: Re: 退款 [#1001]

您好，退款已经提交。""",
    "iPhone 中文": """你好，退款还没有到账，麻烦再查一下。

发自我的 iPhone

> 在 2024年3月5日，10:20，知音客服 <support@example.com> 写道：
>
> \ufeff您好，退款已经提交。""",
    "华为手机": """你好，退款还没有到账，麻烦再查一下。

发自我的华为手机


-------- 原始邮件 --------
发件人： 知音客服 <support@example.com>
日期： 2024年3月5日周二 10:20
收件人： lilei@example.cn
主题： Re: 退款 [#1001]
您好，退款已经提交。""",
    "阿里云邮箱": """你好，退款还没有到账，麻烦再查一下。
------------------------------------------------------------------
发件人：知音客服 <support@example.com>
发送时间：2024年3月5日(星期二) 10:20
收件人：李雷 <lilei@aliyun.com>
主　题：Re: 退款 [#1001]

您好，退款已经提交。""",
    "飞书邮箱": """你好，退款还没有到账，麻烦再查一下。

发件人: "知音客服"<support@example.com>
日期: 2024年3月5日 (周二) 10:20
主题: Re: 退款 [#1001]
收件人: "李雷"<lilei@corp.cn>
您好，退款已经提交。""",
    "Gmail 中文，断行": """你好，退款还没有到账，麻烦再查一下。

知音客服 Zhiyin Customer Service <support@example.com> 于2024年3月5日周二
10:20写道：

> 您好，退款已经提交。
>""",
    "Gmail 繁體": """你好，退款还没有到账，麻烦再查一下。

知音客服 <support@example.com> 於 2024年3月5日 週二 上午10:20寫道：

> 您好，退款已经提交。""",
    "Outlook 繁體": """你好，退款还没有到账，麻烦再查一下。

寄件者: 知音客服 <support@example.com>
寄件日期: 2024年3月5日 上午 10:20
收件者: 李雷 <lilei@example.tw>
主旨: RE: 退款 [#1001]

您好，退款已经提交。""",
    "Outlook English": """你好，退款还没有到账，麻烦再查一下。

From: Zhiyin Support <support@example.com>
Sent: Tuesday, March 5, 2024 10:20 AM
To: Li Lei <lilei@example.com>
Subject: RE: Refund [#1001]

The refund is on its way.""",
    "Outlook 日本語": """你好，退款还没有到账，麻烦再查一下。

差出人: Zhiyin Support <support@example.com>
送信日時: 2024年3月5日 10:20
宛先: Li Lei <lilei@example.com>
件名: RE: Refund [#1001]

The refund is on its way.""",
    "Zoho": """你好，退款还没有到账，麻烦再查一下。

---- 在 星期二, 05 三月 2024 10:20:33 +0800 知音客服 <support@example.com> 写到 ----

您好，退款已经提交。""",
    "Apple Mail 中文": """你好，退款还没有到账，麻烦再查一下。

> 在 2024年3月5日，上午10:20，知音客服 <support@example.com> 写道：
>\x20
> 您好，退款已经提交。
>\x20
> 知音客服
""",
    "Apple Mail 中文，日期在前": """你好，退款还没有到账，麻烦再查一下。

> 2024年3月5日 上午10:20，知音客服 <support@example.com> 写道：
>\x20
> 您好，退款已经提交。
""",
    "iPhone，写信人在前": """你好，退款还没有到账，麻烦再查一下。

发自我的iPhone

> 知音客服 <support@example.com> 在 2024年3月5日，10:20 写道：
>\x20
> \ufeff您好，退款已经提交。
""",
    "Apple Mail 转发": """你好，退款还没有到账，麻烦再查一下。

> 下面是被转发的邮件：
>\x20
> 发件人: 知音客服 <support@example.com>
> 主题: 回复：退款
> 日期: 2024年3月5日 GMT+8 10:20:00
> 收件人: lilei@example.cn
>\x20
> 您好，退款已经提交。
""",
    "企业微信手机版": """你好，退款还没有到账，麻烦再查一下。


发自我的企业微信



------------------ Original ------------------
From: "知音客服" <support@example.com>
Date: Tue, Mar 5, 2024 10:20 AM
To: "李雷" <lilei@corp.cn>
Subject: Re: 退款 [#1001]

您好，退款已经提交。""",
    "企业微信邮箱": """你好，退款还没有到账，麻烦再查一下。

来自企业微信
------------------&nbsp;原始邮件&nbsp;------------------
发件人:&nbsp;"知音客服"<support@example.com>;
发送时间:&nbsp;2024年3月5日(星期二) 上午10:20
收件人:&nbsp;"李雷"<lilei@corp.cn>;
主题:&nbsp;Re: 退款 [#1001]

您好，退款已经提交。""",
    "腾讯企业邮箱，带签名": """你好，退款还没有到账，麻烦再查一下。
\x20
\x20
------------------
李雷
某某公司
------------------\x20
\x20
\x20
------------------ 原始邮件 ------------------
发件人: "知音客服"<support@example.com>;
发送时间: 2024年3月5日(星期二) 上午10:20
收件人: "李雷"<lilei@corp.cn>;\x20
主题: Re: 退款
\x20
您好，退款已经提交。""",
    "Foxmail 7，地址作签名": """你好，退款还没有到账，麻烦再查一下。



lilei@example.cn
\x20
发件人： 知音客服
发送时间： 2024-03-05 10:20
收件人： 李雷
抄送： 韩梅梅
主题： Re: 退款
您好，退款已经提交。""",
    "Foxmail 英文界面": """你好，退款还没有到账，麻烦再查一下。


lilei@example.cn
\x20
From: 知音客服
Date: 2024-03-05 10:20
To: lilei
Subject: Re: 退款
您好，退款已经提交。""",
    "网易手机智能版": """你好，退款还没有到账，麻烦再查一下。


发自我的网易邮箱手机智能版


在 2024-03-05 10:20:33，知音客服 写道：

您好，退款已经提交。""",
    "网易邮箱大师，无表格": """你好，退款还没有到账，麻烦再查一下。

---- 回复的原邮件 ----
发件人	知音客服<support@example.com>
日期	2024年03月05日 10:20
收件人	lilei@163.com<lilei@163.com>
抄送至\t
主题	Re: 退款
您好，退款已经提交。""",
    "网易邮箱大师，单行": """你好，退款还没有到账，麻烦再查一下。

在2024年03月05日 10:20，知音客服<support@example.com> 写道：
您好，退款已经提交。""",
    "Outlook 手机版": """你好，退款还没有到账，麻烦再查一下。

获取 Outlook for iOS<https://aka.ms/o0ukef>
________________________________
发件人: 知音客服 <support@example.com>
发送时间: 星期二, 三月 5, 2024 10:20 上午
收件人: 李雷 <lilei@corp.cn>
主题: 回复: 退款

您好，退款已经提交。""",
    "钉钉": """你好，退款还没有到账，麻烦再查一下。


发自钉钉
------------------------------------------------------------------
发件人：知音客服<support@example.com>
日　期：2024年03月05日 10:20:33
收件人：李雷<lilei@corp.cn>
主　题：Re: 退款

您好，退款已经提交。""",
    "Coremail 论客": """你好，退款还没有到账，麻烦再查一下。


-----原始邮件-----
发件人:"知音客服" <support@example.com>
发送时间:2024-03-05 10:20:33 (星期二)
收件人: "李雷" <lilei@corp.cn>
抄送:\x20
主题: Re: 退款

您好，退款已经提交。
""",
    "小米手机": """你好，退款还没有到账，麻烦再查一下。

---原始邮件---
发件人： 知音客服<support@example.com>
发送时间： 2024年03月05日(周二) 10:20
收件人： lilei<lilei@qq.com>
主题： Re: 退款

您好，退款已经提交。""",
    "新浪": """你好，退款还没有到账，麻烦再查一下。


--------------------------------

----- 原始邮件 -----
发件人：知音客服 <support@example.com>
收件人：lilei@sina.com
主题：Re: 退款
日期：2024年03月05日 10点20分

您好，退款已经提交。""",
    "139 邮箱，不换行": """你好，退款还没有到账，麻烦再查一下。





----邮件原文----发件人："知音客服" <support@example.com>
收件人：lilei@139.com
抄送：(无)
发送时间：2024-03-05 10:20:33
主题：Re: 退款

您好，退款已经提交。""",
    "189 邮箱，不换行": """你好，退款还没有到账，麻烦再查一下。


------------------ 原始邮件 ------------------发件人："知音客服" <support@example.com>;\
发送时间：2024年3月5日 10:20;收件人："李雷" <lilei@189.cn>;主题：Re: 退款
您好，退款已经提交。""",
    "Yahoo 奇摩": """你好，退款还没有到账，麻烦再查一下。

 知音客服 <support@example.com> 於 2024年3月5日 星期二 上午10:20:00 [GMT+8] 寫道：

您好，退款已经提交。""",
    "三星手机": """你好，退款还没有到账，麻烦再查一下。

从我的 Galaxy 发送


-------- 原始信息 --------
发件人: 知音客服 <support@example.com>
日期: 2024/3/5 10:20 (GMT+08:00)
收件人: lilei@example.cn
主题: Re: 退款

您好，退款已经提交。""",
    "Thunderbird 中文": """你好，退款还没有到账，麻烦再查一下。

在 2024/3/5 10:20, 知音客服 写道:
> 您好，退款已经提交。
""",
    "飞书，单行": """你好，退款还没有到账，麻烦再查一下。

2024年3月5日 (周二) 10:20，知音客服 <support@example.com> 写道：
您好，退款已经提交。""",
    "QQ 邮箱，带签名与 &nbsp;": """你好，退款还没有到账，麻烦再查一下。



李雷
lilei@qq.com



&nbsp;




------------------&nbsp;原始邮件&nbsp;------------------
发件人:                                     "知音客服"                     <support@example.com&gt;;
发送时间:&nbsp;2024年3月5日(星期二) 上午10:20
收件人:&nbsp;"李雷"<lilei@qq.com&gt;;

主题:&nbsp;Re: 退款

您好，退款已经提交。""",
    "荣耀手机": """你好，退款还没有到账，麻烦再查一下。

发自我的荣耀手机

-------- 原始邮件 --------
发件人: 知音客服 <support@example.com>
发送时间: 2024年3月5日 星期二 10:20
收件人: lilei@example.cn
主题: Re: 退款

您好，退款已经提交。""",
    "Windows 邮件": """你好，退款还没有到账，麻烦再查一下。

从 Windows 版邮件发送

发件人: 知音客服
发送时间: 2024年3月5日 10:20
收件人: 李雷
主题: Re: 退款

您好，退款已经提交。""",
    "our own answer quoted without any mark, cut by a rule": """你好，退款还没有到账，麻烦再查一下。

--
李雷
13800000000""",
}

ANNOUNCEMENTS = """\
On Thu, Jan 28, 2016 at 4:00 PM, Some One <foo@bar.com> wrote:
On Jan 28, 2016, at 4:00 PM, Some One wrote:
On 28-Jan-2016 4:00 pm, "Some One" <foo@bar.com> wrote:
On Monday, January 1, 2024 at 12:00:00 PM GMT+8, X <a@b.c> wrote:
Some One <foo@bar.com> writes:
Quoting Some One <foo@bar.com>:
Zitat von Some One <foo@bar.com>:
2016-01-28 16:00 GMT+01:00 Some One <foo@bar.com>:
28.01.2016 16:00, Some One пишет:
чт, 28 янв. 2016 г. в 16:00, Some One <foo@bar.com>:
Le jeu. 28 janv. 2016 à 16:00, Some One <foo@bar.com> a écrit :
El jue, 28 ene 2016 a las 16:00, Some One (<foo@bar.com>) escribió:
Em qui., 28 de jan. de 2016 às 16:00, Some One <foo@bar.com> escreveu:
Il giorno gio 28 gen 2016 alle ore 16:00 Some One <foo@bar.com> ha scritto:
Am Do., 28. Jan. 2016 um 16:00 Uhr schrieb Some One <foo@bar.com>:
Op do 28 jan. 2016 om 16:00 schreef Some One <foo@bar.com>:
Den tors 28 jan. 2016 kl 16:00 skrev Some One <foo@bar.com>:
to 28. tammik. 2016 klo 16.00 Some One (foo@bar.com) kirjoitti:
Dne 28.1.2016 v 16:00 Some One napsal(a):
W dniu 28.01.2016 o 16:00, Some One pisze:
28.01.2016 16:00 tarihinde Some One yazdı:
Some One <foo@bar.com> ezt írta (időpont: 2016. jan. 28., Cs, 16:00):
Pe 28.01.2016 16:00, Some One a scris:
Στις 28/1/2016 16:00, ο Some One έγραψε:
בתאריך יום ה׳, 28 בינו׳ 2016 ב-16:00 מאת Some One <foo@bar.com>:
Vào Th 5, 28 thg 1, 2016 vào lúc 16:00 Some One <foo@bar.com> đã viết:
2016/01/28 16:00、Some One <foo@bar.com>のメール:
2016년 1월 28일 (목) 오후 4:00, Some One <foo@bar.com>님이 작성:
‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐
-------- Weitergeleitete Nachricht --------
---------- 転送済みメッセージ ---------
-------- 원본 메시지 --------
-----Исходное сообщение-----""".splitlines()

NOT_QUOTED = [
    "出发: 北京\nFrom: Beijing\nTo: Shanghai\nDate: 3/5\n\n请帮我改签。",
    "订单如下：\n==========\n1. 手机 一台\n2. 耳机 一副\n==========\n请尽快发货。",
    "The parcel was sent via DHL yesterday.\nSent via DHL, number 123.\nIt has not arrived.",
    "来自北京的包裹还没到，\n请查一下。",
    "He wrote: please call me back.\nSo I call.",
    "```\n--\n> x\n```\nWhat does this mean?",
    "我的邮箱是\n\n\nlilei@example.cn\n\n请发到这里。",
    "发件人: 张三\n收件人: 李四\n电话: 13800000000\n快递丢了。",
]


@pytest.mark.parametrize("client", CLIENTS)
def test_an_answer_is_separated_from_what_its_mail_program_repeats(client: str) -> None:
    folded = fold_quoted(CLIENTS[client])
    first_line = "你好，退款还没有到账，麻烦再查一下。"
    assert folded.visible.startswith(first_line)
    assert "support@example.com" not in folded.visible
    assert "退款已经提交" not in folded.visible
    assert folded.visible == first_line


@pytest.mark.parametrize("announcement", ANNOUNCEMENTS)
def test_the_line_above_a_quote_is_known_in_many_languages(announcement: str) -> None:
    for quote in ("\n> quoted\n> more", "\n\nquoted without a mark\nmore"):
        assert fold_quoted(f"Yes.\n\n{announcement}{quote}").visible == "Yes."


@pytest.mark.parametrize("text", NOT_QUOTED)
def test_what_only_looks_like_a_quote_stays_visible(text: str) -> None:
    assert fold_quoted(text).visible == text


def test_answers_between_quoted_lines_stay_with_what_they_answer() -> None:
    text = (
        "见下面：\n\n在 2024年3月5日，客服 <s@example.com> 写道：\n> 颜色？\n红色。\n> 尺寸？\n大号。\n> 谢谢"
    )
    folded = fold_quoted(text)
    assert folded.visible == "见下面：\n\n> 颜色？\n红色。\n> 尺寸？\n大号。"
    assert folded.quoted == "在 2024年3月5日，客服 <s@example.com> 写道：\n> 谢谢"


def test_an_answer_beneath_the_quote_is_what_shows() -> None:
    folded = fold_quoted("On 2024-03-05 10:20, Support <s@example.com> wrote:\n> What colour?\n\nRed.")
    assert folded.visible == "Red."
    assert folded.quoted.endswith("> What colour?")


def test_a_header_copied_on_one_line_announces_too() -> None:
    row = "From: Help [mailto:help@shop.example] Sent: Tuesday, March 5, 2024 10:20 To: Li Lei Subject: RE: x"
    assert fold_quoted(f"Thanks!\n\n{row}\n\nold").visible == "Thanks!"


def test_a_signed_mail_shows_its_words_alone() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nPlease call.\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQIz\n-----END PGP SIGNATURE-----"
    )
    assert fold_quoted(text).visible == "Please call."


def test_another_desks_line_to_reply_above() -> None:
    text = "Done.\n\n##- Please type your reply above this line -##\n\nTicket 77 was updated"
    assert fold_quoted(text).visible == "Done."


def test_a_forwarded_mail_shows_its_content() -> None:
    text = "---------- Forwarded message ---------\nFrom: A <a@b.c>\nDate: 2024-03-05\nSubject: x\nTo: d@e.f\n\nPlease help."
    assert fold_quoted(text).visible == "Please help."


lines = st.sampled_from(
    ["", "text", "> q", "--", "____", "On 2024-01-01, A <a@b.c> wrote:", "From: a@b.c", "To: d@e.f", "Subject: s", "```",
     "Sent from my iPhone", "-----原始邮件-----", "发件人：张三", "收件人：李四", "主题：三", "    indented", "=====", "\u3000"]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.one_of(lines, st.text(max_size=30)), max_size=30))
def test_no_line_is_lost_and_none_is_doubled(parts: list[str]) -> None:
    text = "\n".join(parts)
    folded = fold_quoted(text)
    shown = [line.strip() for line in f"{folded.visible}\n{folded.quoted}".split("\n") if line.strip()]
    assert sorted(shown) == sorted(
        line.strip() for line in text.replace("\r\n", "\n").split("\n") if line.strip()
    )


def test_replies_of_many_programs_are_trimmed_as_people_trimmed_them() -> None:
    if not REPLIES.exists():
        pytest.skip("the reply corpus (shared/data/mail/replies) is not on this machine")
    score = score_replies(REPLIES)
    assert score.exact >= score.total * 55 / 64, score.missed
