"""The number of queries, and of compared texts, does not grow with what is stored."""

from collections.abc import Callable
from typing import Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corrigenda.models import Address, Article, Origin, Site
from corrigenda.passage import carrying, finding
from tests.growth.work import DESK, PUBLIC, WORKER, Work, answer_all, join_more, live_blog

pytestmark = pytest.mark.django_db

COUNTED: Final = [work for work in (*PUBLIC, *DESK, *WORKER) if work.most_queries]
FEW: Final = 40
"""Rows: more than any page shows, and soon made."""


@pytest.fixture(autouse=True)
def _as_often_as_it_likes(settings: pytest.FixtureRequest) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"report_limit": 0})  # type: ignore[attr-defined]


@pytest.mark.parametrize("work", COUNTED, ids=[work.name for work in COUNTED])
def test_the_number_of_queries_has_a_bound(work: Work) -> None:
    do = work.make(min(work.size, FEW))
    do()  # what is read once for all, such as a session, is not counted
    with CaptureQueriesContext(connection) as captured:
        do()
    assert 0 <= len(captured) <= work.most_queries, [query["sql"][:120] for query in captured]


def test_whole_texts_are_never_compared_for_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []

    def counted(align: Callable[..., object]) -> Callable[[str, str], object]:
        def count(old: str, new: str) -> object:
            compared.append(max(len(old), len(new)))
            return align(old, new)

        return count

    for module in (carrying, finding):
        monkeypatch.setattr(module, "align", counted(module.align))
    ask = live_blog(4)
    ask()
    assert len(compared) <= 2
    assert max(compared, default=0) < 1000


def queries_of(do: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        do()
    return len(captured)


@pytest.mark.parametrize("make", [join_more, answer_all])
def test_the_worker_s_queries_do_not_grow_with_the_readers_of_a_case(
    make: Callable[[int], Callable[[], object]],
) -> None:
    few = queries_of(make(FEW // 2))
    Origin.objects.update(origin="https://other.example")
    Site.objects.update(slug="other")
    Article.objects.update(canonical_url="https://other.example/story.html")
    Address.objects.update(url="https://other.example/story.html")
    # Rows are inserted many at a time: a statement more for forty readers, where it was three for each.
    assert queries_of(make(4 * FEW)) <= few + 4
