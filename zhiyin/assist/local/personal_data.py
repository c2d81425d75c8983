"""Where personal data stands in a text: numbers by their form and check digits, names and addresses by the words around.

What looks alike is told apart by the words before it: a ticket's number, a waybill, a batch is nobody's phone. For masking,
too much hidden costs a word; too little costs a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from zhiyin.assist.local.names import NAMES
from zhiyin.assist.local.numbers import (
    DIGIT,
    is_card_number,
    is_credit_code,
    is_identity_number,
    plain_digits,
)

READ = 20_000


@dataclass(frozen=True)
class Span:
    """A place in a text, `end` excluded, as Python counts."""

    start: int
    end: int
    kind: str
    text: str


Check = Callable[[str], bool]


@dataclass(frozen=True)
class Form:
    """How a kind is written: group `it`, or all that matches; `check` is asked with the plain digits and letters."""

    kind: str
    pattern: re.Pattern[str]
    check: Check | None = None
    not_after: re.Pattern[str] | None = None


def spans_in(text: str) -> list[Span]:
    """All personal data of the text in its order, none overlapping; the surer forms are asked first."""
    told = text[:READ]
    taken: list[Span] = []
    for form in _FORMS + NAMES_AND_PLACES:
        for span in _of_form(form, told):
            if all(span.end <= one.start or span.start >= one.end for one in taken):
                taken.append(span)
    return sorted(taken, key=lambda span: span.start)


def _of_form(form: Form, text: str) -> Iterator[Span]:
    for found in form.pattern.finditer(text):
        group = "it" if "it" in form.pattern.groupindex else 0
        start, end = found.span(group)
        if form.kind == "address" and (lead := _BEFORE_PLACE.match(text[start:end])):
            start += lead.end()
        if start == end:
            continue
        if form.check is not None and not form.check(plain_digits(text[start:end])):
            continue
        if form.not_after is not None and form.not_after.search(text[max(0, start - 16) : start]):
            continue
        yield Span(start, end, form.kind, text[start:end])


def _re(pattern: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(pattern.replace("§", _GAP).replace("¤", DIGIT), flags)


def _digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


def _is_mobile(text: str) -> bool:
    digits = _digits_of(text)
    digits = re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)
    return bool(re.fullmatch(r"1[3-9]\d{9}", digits))


def _is_landline(text: str) -> bool:
    digits = _digits_of(text.split("X", maxsplit=1)[0])
    return not re.match(r"(?:400|800|95\d{3}$|100\d\d$|12\d{3}$)", digits) and 7 <= len(digits) <= 16


# between two digits of one number: spaces, dashes, marks, words of hesitation; atomic, so that it can't be tried twice
_GAP = r"(?>(?:[ \-·.•_*~❤★☆♥、，,]|嗯|呃|那个|额|啊|然后|就是|um|uh|er){0,6})"
_NOT_PHONE = _re(
    r"(?:工单|批次|批号|反馈|活动|单号|订单|编号|流水|运单|快递|序列|凭证|券|case|ticket|batch|order|invoice|serial|tracking|ref)"
    r"[^，。,.；;\d]{0,8}$",
    re.IGNORECASE,
)
_NOT_ORDER = _re(
    r"(?:快递|运单|物流|工单|流水|批次|发票|合同|序列|取件|退款|售后|tracking|waybill|courier|case|ticket|invoice|serial|batch|txn)"
    r"[^，。,.；;\d]{0,8}$",
    re.IGNORECASE,
)
_NOT_PASSPORT = _re(r"(?:配件|零件|型号|批次|part|model|serial)[^，。,.]{0,8}$", re.IGNORECASE)
_NOT_IP = _re(r"(?:版本|固件|version|firmware|ver|v|build)[^，。,.]{0,6}$", re.IGNORECASE)
_NOT_CODE = _re(r"(?:取餐|取件|提货|取货|pickup|pick-up|meal|collection)[^，。,.]{0,6}$", re.IGNORECASE)
_BEFORE_PLACE = re.compile(r"[\u4e00-\u9fff]{0,6}(?:地址|到|住|寄往|发往)")
_MAIL_AT = r"(?:@|＠|\s?[(\[（]?\s?(?:at|艾特|圈a)\s?[)\]）]?\s?)"
_MAIL_DOT = r"(?:\.|．|\s?[(\[（]?\s?(?:dot|点)\s?[)\]）]?\s?)"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

_FORMS: tuple[Form, ...] = (
    Form("email", _re(r"[A-Za-z0-9][\w.+-]*[@＠][A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)),
    Form(
        "email",
        _re(
            rf"(?<![A-Za-z0-9])[A-Za-z0-9](?:[A-Za-z0-9_.+-]|[ ](?=[¤A-Za-z0-9][ ])|[零〇一二三四五六七八九幺两０-９]){{0,40}}?{_MAIL_AT}"
            rf"(?:[A-Za-z0-9-]+|[¤]{{2,4}}){_MAIL_DOT}(?:com|cn|net|org|example)(?:{_MAIL_DOT}cn)?(?![A-Za-z0-9_])",
            re.IGNORECASE,
        ),
    ),
    Form(
        "ip",
        _re(r"(?<![A-Za-z0-9_.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\.?\d)"),
        not_after=_NOT_IP,
    ),
    Form(
        "ip",
        _re(
            r"(?<![0-9A-Za-z:])(?:[0-9a-fA-F]{1,4}:){2,7}(?::?[0-9a-fA-F]{1,4})(?::[0-9a-fA-F]{1,4})*(?![0-9A-Za-z:])|"
            r"(?<![0-9A-Za-z:])[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*::[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*(?![0-9A-Za-z:])"
        ),
        check=lambda told: len(told) > 6,
    ),
    Form("cn_id_card", _re(r"(?<![¤A-Za-z])[¤](?:§[¤]){16}§[¤XxＸｘ](?![¤A-Za-z])"), is_identity_number),
    Form("social_credit_code", _re(r"(?<![A-Za-z0-9])[0-9A-Za-z]{18}(?![A-Za-z0-9])"), is_credit_code),
    Form("cn_id_card", _re(r"(?:身份证|证件)号?前六位[是为：: ]{0,2}(?P<it>[¤]{6})(?![¤])")),
    Form("cn_id_card", _re(r"(?:后面呢？(?:客户：)?|后十二位[是：: ]{0,2})(?P<it>[¤]{11}[¤Xx])(?![¤])")),
    Form(
        "bank_card",
        _re(r"(?<![¤A-Za-z])[¤](?:§[¤]){15,18}(?![¤A-Za-z])"),
        is_card_number,
        _re(r"(?:流水|序列|单)号?[：: 是]?$"),
    ),
    Form("bank_card", _re(r"卡号?前[八六四]位[是为：: ]{0,2}(?P<it>[¤]{4,8})(?![¤])")),
    Form("bank_card", _re(r"[，,]后面[是为：: ]{1,2}(?P<it>[¤]{8,12})(?![¤])")),
    Form(
        "order_number",
        _re(
            r"(?:订单|单号|订单号|order|purchase|booking|Both|and)(?:\s?(?:号码?|编号|number|no\.?|ID|#))?[\s：:是为#]{0,3}"
            r"(?P<it>(?:[A-Z]{2,4}-?)?(?:20\d\d-)?\d{6,20}(?:-\d+)?)(?![A-Za-z0-9_])",
            re.IGNORECASE,
        ),
        not_after=_NOT_ORDER,
    ),
    Form(
        "order_number",
        _re(r"(?<![A-Za-z0-9])(?:SO|DD|PO|ZY|XS|OD)-?(?:20\d\d-?)\d{4,14}(?![A-Za-z0-9_])"),
        not_after=_NOT_ORDER,
    ),
    Form(
        "cn_mobile",
        _re(r"(?<![¤A-Za-z@.])(?:(?:\+|00)?86[ -]?)?(?:1|１|一|幺)(?:§[¤]){10}(?![¤A-Za-z@])"),
        _is_mobile,
        _NOT_PHONE,
    ),
    Form("cn_mobile", _re(r"前三位[是为：: ]{0,2}(?P<it>[¤]{3})(?![¤])")),
    Form("cn_mobile", _re(r"后面?八位[^0-9。]{0,8}(?P<it>[¤]{4}[ -]?[¤]{4})(?![¤])")),
    Form(
        "landline",
        _re(
            r"(?<![¤A-Za-z.-])[(（]?(?:0|零)[¤]{2,3}[)）]?[ -]?[¤]{7,8}(?:\s?(?:转|ext\.?|x|-)\s?\d{1,5})?(?![¤A-Za-z])"
        ),
        _is_landline,
        _NOT_PHONE,
    ),
    Form(
        "landline",
        _re(
            r"(?:座机|固话|landline|办公电话|电话)[^¤，。,.]{0,6}(?P<it>[2-8]\d{6,7}(?:转\d{1,5})?)(?![¤A-Za-z])",
            re.IGNORECASE,
        ),
    ),
    Form(
        "plate",
        _re(rf"[{_PROVINCES}][A-Za-z][·• ]?(?=[A-Za-z¤]*[¤])[A-HJ-NP-Za-hj-np-z¤]{{5,6}}(?![A-Za-z¤])"),
    ),
    Form(
        "qq",
        _re(
            r"(?:QQ|qq|扣扣|企鹅|的扣)(?:号码?|群)?(?:是|为|：|:|，号|\s|号){0,3}(?P<it>[¤](?:[ -]?[¤]){4,10})(?![¤A-Za-z])"
        ),
    ),
    Form(
        "wechat_id",
        _re(
            r"(?:微信|薇❤|威❤信?|薇信|WeChat|wechat|vx|VX|V信|chat)(?: me at)?(?:号|ID|id)?(?:是|为|：|:|\s){0,3}"
            r"(?P<it>[A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_])"
        ),
        check=None,
    ),
    Form("wechat_id", _re(r"(?<![A-Za-z0-9_])wxid_[a-z0-9]{6,}")),
    Form(
        "passport",
        _re(
            r"(?:护照|passport)[^A-Za-z0-9]{0,6}(?:(?:号|no\.?|number|is)[^A-Za-z0-9]{0,3}){0,3}(?P<it>[A-Za-z]{1,2}\d{7,8})(?![A-Za-z0-9_])",
            re.IGNORECASE,
        ),
    ),
    Form(
        "passport", _re(r"(?<![A-Za-z0-9_])[EG][A-HJ-NP-Z]?\d{7,8}(?![A-Za-z0-9_])"), not_after=_NOT_PASSPORT
    ),
    Form(
        "verification_code",
        _re(
            r"(?:验证码|校验码|动态码|code|手机收到|短信里|输了|又是|I enter)[^¤A-Za-z]{0,8}?(?P<it>[¤]{2}(?:[ ]?[¤]{2}){1,2})(?![¤A-Za-z.])"
        ),
        not_after=_NOT_CODE,
    ),
    Form(
        "verification_code",
        _re(r"(?:验证码|code is|code：)[^¤]{0,6}(?P<it>[¤]{4,6})(?![¤A-Za-z])"),
        not_after=_NOT_CODE,
    ),
    Form(
        "password",
        _re(
            r"(?:密码|口令|password|passcode|pwd|set it to|重置成|门禁码)(?:给我)?(?:重置成|改成|是|为|：|:|\s|is){0,3}"
            r"(?P<it>(?=[^\s，。；、]*[0-9])[A-Za-z0-9][\w@!#$%^&*.+-]{5,19})(?<![.])",
            re.IGNORECASE | re.ASCII,
        ),
    ),
)
_DAY = (
    r"(?:(?:19|20)\d\d|\d\d|[零〇一二三四五六七八九]{2,4})[年./-](?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])[月./-]"
    r"(?:3[01]|[12]\d|0?[1-9]|[一二三]?十?[一二三四五六七八九十])[日号]?"
)
_SHORT_DAY = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九正腊冬])月(?:初|\d{1,2}|[一二三]?十?[一二三四五六七八九十])[日号]?"
_PLACE_END = r"(?:号|室|户|单元|幢|栋|楼|房|座|组|棵枣树)"
NAMES_AND_PLACES: tuple[Form, ...] = (
    Form(
        "birthday",
        _re(
            rf"(?:出生日期|生日|DOB|dob|date of birth|born on|born)(?:是|为|：|:|\s|is){{0,3}}(?P<it>{_DAY}|(?:19|20)\d{{6}}|{_SHORT_DAY})"
        ),
    ),
    Form("birthday", _re(rf"(?P<it>{_DAY}|{_SHORT_DAY})(?=出?生|的生日|出生|的，已经过了)")),
    Form("birthday", _re(r"(?<=，)(?P<it>(?:19|20)\d\d(?:\.\d{1,2}\.\d{1,2}|\d{4}))(?=，学校)")),
    Form(
        "address",
        _re(
            r"(?>(?:[\u4e00-\u9fff]{2,9}?(?:省|市|自治区|区|县|镇|乡|街道|村|苑|路|街|巷|弄|大道|胡同)){1,8})"
            r"(?:[\u4e00-\u9fff]{0,6}?[A-Za-z]?[¤附第]{1,5}-?[¤]{0,5}(?:号|弄|幢|栋|单元|组|户|室|门|楼|座|期|房)?[-之]?){1,6}[A-Za-z]?(?:座[¤]{2,4})?"
            rf"(?:{_PLACE_END})?(?:，门[^，。可\s]{{2,8}})?"
        ),
        check=lambda told: bool(re.search(r"\d", told)),
    ),
    Form(
        "address",
        _re(
            r"(?:(?:Flat|Suite|Apartment|Apt|Room|Unit|Block|No\.)\s?\w+,\s?|\d{1,4}\s)(?:[A-Z0-9][\w.]*[ ,]{1,2}){1,12}"
            r"(?:Road|Street|Lane|Avenue|District|Tower|[A-Z][a-z]+)(?:, (?:Apt|Suite|Flat|Room|Unit) \w+)?(?:,? [A-Z][a-z]+)*(?: District)?(?:, [A-Z][a-z]+)*"
        ),
    ),
    *(Form("person_name", pattern) for pattern in NAMES),
)
