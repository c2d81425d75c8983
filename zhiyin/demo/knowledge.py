"""What the company of the demo knows: read from text files, published by a second person, used and questioned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import F
from markdown_it import MarkdownIt

from zhiyin.demo import company
from zhiyin.demo.catalogue import products
from zhiyin.knowledge.commands.arranging import EntryPlace
from zhiyin.knowledge.commands.authoring import (
    VersionContent,
    add_edition,
    begin_entry,
    begin_version,
    save_version,
)
from zhiyin.knowledge.commands.flagging import flag_version
from zhiyin.knowledge.commands.reviewing import approve_version, submit_version
from zhiyin.knowledge.models import Category, Entry, Product, Version
from zhiyin.people.models import Group, Staff
from zhiyin.tickets.models import KnowledgeUse, Message

FOLDER = Path(__file__).parent / "knowledge_texts"
SHELVES = {
    "presales": ("选购与活动", "Buying"),
    "delivery": ("订单与物流", "Orders and delivery"),
    "return": ("退货", "Returns"),
    "refund": ("退款与价保", "Refunds"),
    "repair": ("保修与维修", "Warranty and repair"),
    "install": ("安装", "Installation"),
    "invoice": ("发票", "Invoices"),
    "account": ("账号与会员", "Account"),
    "tech": ("使用与故障", "Using and mending"),
    "about": ("联系我们", "Contact"),
    "inside": ("内部规定", "House rules"),
    "scripts": ("话术", "Scripts"),
}
# which entries the agents of the demo have answered with, by the category of the ticket
USED = {
    "退货退款": ("refund-arrival", "return-7-days"),
    "物流配送": ("parcel-stuck", "shipping-time"),
    "发票问题": ("e-invoice",),
    "账号与会员": ("forgot-password", "points"),
    "质量投诉": ("arrived-broken", "say-angry"),
    "技术故障": ("app-offline",),
}
USES_EACH = 12
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass
class Telling:
    """One edition of one entry."""

    language: str
    region: str = ""
    title: str = ""
    summary: str = ""
    questions: list[str] = field(default_factory=list)
    valid_days: int | None = None
    lines: list[str] = field(default_factory=list)

    @property
    def html(self) -> str:
        return str(_MARKDOWN.render("\n".join(self.lines).strip()))


@dataclass
class Told:
    """One entry."""

    key: str
    settings: dict[str, str]
    editions: list[Telling] = field(default_factory=list)


def share_knowledge(*, now: datetime) -> None:
    """Fill the knowledge base, unless something is in it."""
    if Entry.objects.exists():
        return
    writing = _Writing(now)
    for number, told in enumerate([*read_entries(), *_of_products()]):
        writing.publish(told, at=now - timedelta(days=150 - number))
    writing.correct("refund-arrival", at=now - timedelta(days=20))
    writing.leave_work(at=now - timedelta(days=1))
    _use(now)


def read_entries() -> list[Told]:
    """The entries of the text files, in their order. Raises ValueError for a line out of place."""
    files = sorted(FOLDER.glob("*.txt"))
    return [told for path in files for told in _entries_in(path.read_text("utf-8"))]


class _Writing:
    """The author writes, the manager reads it and agrees."""

    def __init__(self, now: datetime) -> None:
        self.author = Staff.objects.get(email=f"qin.ruolan@{company.DOMAIN}")
        self.reviewer = Staff.objects.get(email=f"lu.yaqin@{company.DOMAIN}")
        self.now = now
        self.groups = {key: Group.objects.get(name=plan.name) for key, plan in company.GROUPS.items()}
        self.shelves = {
            key: Category.objects.create(name_zh=zh, name_en=en, position=number)
            for number, (key, (zh, en)) in enumerate(SHELVES.items())
        }
        self.products = {
            one.model.lower(): Product.objects.create(
                key=one.model.lower(), name_zh=f"{one.model} {one.name}", name_en=f"{one.model} {one.name_en}"
            )
            for one in products()
        }

    def publish(self, told: Told, *, at: datetime) -> None:
        first, *others = told.editions
        version = begin_entry(
            kind=told.settings["kind"],
            place=self._place(told.settings),
            language=first.language,
            region=first.region,
            content=self._content(first),
            by=self.author,
            now=at,
        )
        entry = version.edition.entry
        Entry.objects.filter(pk=entry.pk).update(key=told.key)
        self._agree(version, at)
        for one in others:
            added = add_edition(
                entry_id=entry.pk,
                language=one.language,
                region=one.region,
                content=self._content(one),
                by=self.author,
                now=at,
            )
            self._agree(added, at)

    def correct(self, key: str, *, at: datetime) -> None:
        """An earlier version said seven days; it was flagged and corrected."""
        version = Version.objects.get(edition__entry__key=key, edition__language="zh-CN", state="published")
        right = version.html
        old = right.replace("3 个工作日内", "7 个工作日内")
        Version.objects.filter(pk=version.pk).update(
            html=old, text=version.text.replace("3 个工作日内", "7 个工作日内")
        )
        agent = Staff.objects.get(email=f"liu.huimin@{company.DOMAIN}")
        flag = flag_version(
            version_id=version.pk,
            reason="outdated",
            note="支付渠道升级后，一般 3 个工作日内就到账了，这里还写着 7 天。",
            ticket_id=None,
            by=agent,
            now=at - timedelta(days=2),
        )
        made = begin_version(edition_id=version.edition_id, by=self.author, now=at)
        content = VersionContent(
            title=made.title,
            html=right,
            questions=made.questions,
            change_note="到账时间由 7 个工作日改为 3 个工作日",
            settles=[flag.pk],
        )
        made = save_version(version_id=made.pk, content=content, revision=1, by=self.author, now=at)
        self._agree(made, at)

    def leave_work(self, *, at: datetime) -> None:
        """Something waits for review, something is only begun, something was reported."""
        waiting = self._again("price-protection", "价保期改为 30 天（待确认）", "15 天内", "30 天内", at)
        submit_version(version_id=waiting.pk, by=self.author, now=at)
        self._again("points", "补充：生日月双倍积分", "有效期两年。", "有效期两年。生日当月双倍。", at)
        flagged = Version.objects.get(edition__entry__key="install-booking", state="published")
        agent = Staff.objects.get(email=f"guo.tianyu@{company.DOMAIN}")
        flag_version(
            version_id=flagged.pk,
            reason="incomplete",
            note="客户常问推拉门能不能装，这里没有写。",
            ticket_id=None,
            by=agent,
            now=at,
        )

    def _again(self, key: str, note: str, before: str, after: str, at: datetime) -> Version:
        published = Version.objects.get(edition__entry__key=key, state="published")
        made = begin_version(edition_id=published.edition_id, by=self.author, now=at)
        html = made.html.replace(before, after)
        content = VersionContent(title=made.title, html=html, questions=made.questions, change_note=note)
        return save_version(version_id=made.pk, content=content, revision=1, by=self.author, now=at)

    def _agree(self, version: Version, at: datetime) -> None:
        submit_version(version_id=version.pk, by=self.author, now=at)
        approve_version(
            version_id=version.pk,
            note="",
            publish_at=None,
            revision=version.revision,
            by=self.reviewer,
            now=at + timedelta(hours=3),
        )

    def _place(self, settings: dict[str, str]) -> EntryPlace:
        return EntryPlace(
            audience=settings.get("audience", "internal"),
            category_id=self.shelves[settings["cat"]].pk,
            tags=_words(settings, "tags"),
            product_ids=[self.products[key].pk for key in _words(settings, "products")],
            group_ids=[self.groups[key].pk for key in _words(settings, "groups")],
            situation=settings.get("situation", ""),
            mood=settings.get("mood", ""),
        )

    def _content(self, told: Telling) -> VersionContent:
        until = None if told.valid_days is None else self.now + timedelta(days=told.valid_days)
        return VersionContent(
            title=told.title,
            html=told.html,
            questions=told.questions,
            summary=told.summary,
            valid_until=until,
        )


def _entries_in(text: str) -> Iterator[Told]:
    told: Told | None = None
    for line in text.splitlines():
        if line.startswith("== "):
            if told is not None:
                yield told
            key, _, settings = line.removeprefix("== ").partition(" | ")
            told = Told(key, dict(one.split("=", 1) for one in settings.split()))
        elif told is None:
            if line.strip() and not line.startswith("#"):
                raise ValueError(line)
        elif line.startswith("@ "):
            language, _, region = line.removeprefix("@ ").partition(" ")
            told.editions.append(Telling(language, region))
        else:
            _note(told.editions[-1], line)
    if told is not None:
        yield told


def _note(telling: Telling, line: str) -> None:
    if not telling.title:
        telling.title = line.strip()
    elif line.startswith("? "):
        telling.questions.append(line[2:])
    elif line.startswith("! ") and not telling.lines:
        telling.summary = line[2:]
    elif line.startswith("until: "):
        telling.valid_days = int(line.removeprefix("until: "))
    else:
        telling.lines.append(line)


def _of_products() -> Iterator[Told]:
    """Of each product what people ask, and what helps when it fails: as the tickets of the demo tell it."""
    for product in products():
        key, about = product.model.lower(), f"{product.model} {product.name}"
        for number, (question, answer) in enumerate(product.questions, start=1):
            settings = {"kind": "faq", "cat": "presales", "audience": "public", "products": key}
            telling = Telling("zh-CN", title=f"{about}：{question}？", lines=[f"{answer}。"])
            yield Told(f"{key}-q{number}", settings, [telling])
        lines = [f"## {fault}\n\n{help_}。\n" for fault, help_ in product.faults]
        help_zh = Telling("zh-CN", title=f"{about} 常见故障", lines=lines)
        help_zh.questions = [f"{product.name}{fault}" for fault, _ in product.faults]
        editions = [help_zh]
        if product.faults_en:
            english = Telling("en", title=f"{product.model} {product.name_en}: troubleshooting")
            english.lines = [
                f"## It {fault}\n\n{help_.capitalize()}.\n" for fault, help_ in product.faults_en
            ]
            editions.append(english)
        settings = {"kind": "article", "cat": "tech", "audience": "public", "products": key, "tags": "故障"}
        yield Told(f"{key}-faults", settings, editions)


def _use(now: datetime) -> None:
    """Answers on the latest tickets were taken from the entries that fit them; the version is that of their day."""
    versions: dict[str, list[Version]] = defaultdict(list)
    keys = [key for several in USED.values() for key in several]
    published = Version.objects.filter(
        edition__entry__key__in=keys, edition__language="zh-CN", edition__region="", published_at__lt=now
    )
    for version in published.select_related("edition__entry").order_by("-published_at"):
        versions[version.edition.entry.key].append(version)
    uses = []
    for category, several in USED.items():
        answers = Message.objects.filter(
            kind=Message.Kind.OUTBOUND, staff__isnull=False, ticket__category__path__startswith=category
        )
        latest = list(answers.order_by("-at", "-pk")[: USES_EACH * len(several)])
        for number, message in enumerate(latest):
            of_key = versions[several[number % len(several)]]
            version = next(
                (one for one in of_key if one.published_at and one.published_at <= message.at), None
            )
            if version is not None:
                how = "adapted" if number % 3 else "inserted"
                uses.append(
                    KnowledgeUse(
                        ticket_id=message.ticket_id, message=message, version=version, how=how,
                        by_id=message.staff_id, at=message.at,
                    )
                )  # fmt: skip
    KnowledgeUse.objects.bulk_create(uses)
    for use in uses:
        Entry.objects.filter(pk=use.version.edition.entry_id).update(used_count=F("used_count") + 1)


def _words(settings: dict[str, str], name: str) -> list[str]:
    return [one for one in settings.get(name, "").split(",") if one]
