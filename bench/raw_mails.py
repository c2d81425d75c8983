"""Raw mails as they come over the wire: plain and HTML, with files, in threads, in Chinese and English."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

from zhiyin.demo.mails import File, as_html, quote, raw_mail
from zhiyin.demo.pictures import document, picture

_SAID = (
    "您好，我上周在官网买的扫地机器人 H3，充电桩的插头是松的，一碰就断电，照片在附件里。订单 LT20261101{number:06}，要求换新。",
    "退款已经一周没有到账，请帮忙查一下。退货单号 SF{number:012}，{number} 元。",
    "麻烦开一下电子发票，抬头：杭州云栈科技有限公司，税号 9133010000{number:08}。",
    "Hello, my order LT{number:08} has not moved for a week. Could you tell me where it is? Tracking JD01{number:010}.",
    "空气净化器 A2 换了滤芯以后一直显示 0%，长按滤芯键也没有反应，是不是坏了？序列号 A226{number:08}",
)
_ANSWERED = ("好的，谢谢，我试一下。", "还是不行，麻烦再看看。", "收到了，谢谢！", "Thanks, that helped.")


def write_mails(folder: Path, *, count: int, to: str, rng: Random) -> list[tuple[str, str]]:
    """Write so many mails, two in five an answer to an earlier one; returns (answer's id, answered id) pairs.

    Files are named so that they are read in the order in which the mails were written.
    """
    run = f"{rng.getrandbits(48):x}"
    files = [
        File(0, "photo.png", "image/png", picture(rng)),
        File(0, "invoice.pdf", "application/pdf", document(["Invoice"] * 40)),
    ]
    sent: list[tuple[str, tuple[str, str], str, list[str]]] = []  # id, sender, subject, references
    answers = []
    for number in range(count):
        message_id = f"<{run}.{number}@example.com>"
        earlier = rng.choice(sent) if sent and rng.random() < 0.4 else None
        if earlier is None:
            sender = (f"客户{number}", f"{run}.{number}@example.com")
            subject, references = f"咨询 {number}：订单与售后", []
            body = rng.choice(_SAID).format(number=number)
        else:
            sender, references = earlier[1], [*earlier[3], earlier[0]]
            subject = f"Re: {earlier[2].removeprefix('Re: ')}"
            body = f"{rng.choice(_ANSWERED)} ({number})\n\n{quote(_SAID[0], author='客服', address=to, at=time.time_ns() // 1000)}"
            answers.append((message_id, earlier[0]))
        draw = rng.random()
        mail = raw_mail(
            message_id=message_id,
            at=time.time_ns() // 1000,
            sender=sender,
            to=("鹿汀智能", to),
            subject=subject,
            body=body,
            html=as_html(body, picture=draw < 0.1) if draw < 0.5 else "",
            references=references,
            files=[rng.choice(files)] if 0.5 < draw < 0.65 else None,
        )
        (folder / f"{number:07}.eml").write_bytes(mail)
        sent.append((message_id, sender, subject, references))
    return answers
