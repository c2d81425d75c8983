"""What a failure means and what to do about it, in both languages, from what the other side or a program said."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    zh: str
    en: str


def _means(zh: str, en: str, *signs: str) -> tuple[re.Pattern[str], Explanation]:
    return re.compile("|".join(signs), re.IGNORECASE), Explanation(zh, en)


# the first that fits holds: the narrow ones stand before the wide
_OUTSIDE = [
    _means(
        "收件人的邮箱已满。过几天再重发，或用其他方式联系客户。",
        "The recipient's mailbox is full. Send again in a few days, or reach the customer another way.",
        r"\b[45]\.2\.2\b",
        "quota",
        "mailbox (is )?full",
        "over ?quota",
        "邮箱已满",
    ),
    _means(
        "邮件太大，对方不收。去掉附件或换成链接后重新回复。",
        "The mail is too large for the other side. Answer again without the files, or with a link.",
        r"\b5\.3\.4\b",
        r"\b5\.2\.3\b",
        r"\b552\b",
        "too large",
        "size limit",
        "exceeds",
    ),
    _means(
        "地址不存在或已停用。请向客户核对邮箱地址；重发同一地址没有用。",
        "The address does not exist or is out of use. Ask the customer for the right one; sending again there is no use.",
        r"\b5\.1\.[0-6]\b",
        r"\b550[ -]5\.1",
        "no such user",
        "user unknown",
        "unknown user",
        "mailbox unavailable",
        "does not exist",
        "recipient rejected",
        "invalid recipient",
        "no mailbox",
    ),
    _means(
        "发信服务器拒绝了我们的登录。请在渠道设置中更新密码或授权码，测试通过后重发。",
        "The sending server refused our sign-in. Renew the password or authorisation code in "
        "the channel's settings, test, and send again.",
        r"\b535\b",
        r"\b534\b",
        r"\b5\.7\.[89]\b",
        "authentication",
        "auth.*fail",
        "password",
        "invalid_grant",
    ),
    _means(
        "对方按其规则拒收（常见于垃圾邮件判断或 SPF、DKIM、DMARC 不通过）。请检查发信域名的这些设置，再重发。",
        "The other side refused it by its rules, often as spam or since SPF, DKIM or DMARC "
        "fail. See to these for your domain, then send again.",
        r"\b5\.7\.\d+\b",
        r"\b554\b",
        "spam",
        "blocked",
        "blacklist",
        "block ?list",
        "policy",
        "spf",
        "dkim",
        "dmarc",
    ),
    _means(
        "对方嫌我们发得太多太快。过一会儿重发；如经常出现，请向邮箱服务商提高额度。",
        "The other side found us too fast. Send again later; if it keeps happening, ask your mail provider for a higher limit.",
        r"\b4\.7\.\d+\b",
        r"\b429\b",
        "rate limit",
        "too many",
        "throttl",
        "greylist",
        "greylisted",
    ),
    _means(
        "附件含有病毒或仍在检查。去掉该附件后重新回复。",
        "A file carries a virus or is still being checked. Answer again without it.",
        "virus",
        "malicious",
        "being checked",
        "病毒",
    ),
    _means(
        "加密连接没有建立：证书不被信任或协议不符。请在渠道设置里测试，并检查服务器证书。",
        "No encrypted line came about: the certificate is not trusted, or the protocols do "
        "not fit. Test the channel, and look at the server's certificate.",
        "certificate",
        "ssl",
        "tls",
    ),
    _means(
        "连不上对方。请检查网络、地址和对方服务是否运行，然后重试。",
        "The other side can't be reached. Check the network, the address and whether their service runs, then try again.",
        "timed? ?out",
        "timeout",
        "refused the connection",
        "connection refused",
        "unreachable",
        "resolve",
        "getaddrinfo",
        "name or service",
        "no answer",
        "reset by peer",
        "network",
    ),
    _means(
        "恢复备份时停下了尚未发出的内容，以免重复发送。确认没有发过再重试。",
        "A restore held this back, so that nothing is sent twice. Try again once you are sure it was not sent.",
        "restore",
        "恢复",
    ),
    _means(
        "接收方的程序出错或拒绝。请把原因告诉它的维护者，修好后重试。",
        "The receiving program failed or refused. Tell whoever looks after it, and try again once it is mended.",
        r"\b5\d\d\b",
        r"\b4\d\d\b",
        "HTTP",
    ),
]
_INSIDE = [
    _means(
        "数据库忙或暂时连不上，会自动重试；如反复出现，请查看数据库的负载和日志。",
        "The database was busy or away; it is tried again by itself. If it stays, look at the database's load and log.",
        "OperationalError",
        "InterfaceError",
        "deadlock",
        "lock timeout",
        "statement timeout",
    ),
    _means(
        "事件所指的内容已不存在（例如被删除）。重试通常没有用；可以留着，它不影响其他对象。",
        "What the event points to is gone, as when it was deleted. Trying again is seldom of "
        "use; it holds up nothing but its subject.",
        "DoesNotExist",
        "ObjectDoesNotExist",
    ),
    _means(
        "文件读不到：检查数据目录或 S3 存储桶是否完整、可访问，然后重试。",
        "A file can't be read: see that the data folder or the S3 bucket is whole and within reach, then try again.",
        "FileNotFoundError",
        "PermissionError",
        "NoSuchKey",
        "No space left",
        "OSError",
    ),
    _means(
        "数据与数据库的约束冲突，多半是程序错误。升级后重试；如仍出现，请连同日志报告。",
        "The data do not fit the database's rules, probably a bug of ours. Try again after an "
        "update; if it stays, report it with the log.",
        "IntegrityError",
        "DataError",
        "violates",
    ),
]
_UNKNOWN_OUTSIDE = Explanation(
    "原因见左侧对方的原话。处理后重试；不再需要可以不管。",
    "What the other side said stands beside. Try again once it is seen to, or leave it.",
)
_UNKNOWN_INSIDE = Explanation(
    "多半是程序错误。升级后重试；如仍出现，请连同日志报告。其他对象不受影响。",
    "Probably a bug of ours. Try again after an update; if it stays, report it with the log. Nothing else is held up.",
)


def explain_failed_sending(told: str) -> Explanation:
    """What it means that something could not be sent, or came back."""
    return next((words for sign, words in _OUTSIDE if sign.search(told)), _UNKNOWN_OUTSIDE)


def explain_failed_event(told: str) -> Explanation:
    """What it means that an event could not be handled."""
    return next((words for sign, words in _INSIDE if sign.search(told)), _UNKNOWN_INSIDE)
