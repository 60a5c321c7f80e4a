"""The questions that worker and desk ask again and again read an index, and no whole table."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corrigenda.disclose.queries import drafts_to_withdraw
from corrigenda.report.held.queries import count_waiting
from corrigenda.report.spam.judging import purge_traces
from corrigenda.watch.queries import articles_to_reread

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the plans of SQLite are read"),
]


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda: articles_to_reread(50), "article_to_reread"),
        (drafts_to_withdraw, "notice_drafted"),
        (purge_traces, "trace_age"),
        (count_waiting, "report_held"),
    ],
    ids=["watch", "disclose", "report", "navigation"],
)
def test_a_question_reads_its_index(ask: Callable[[], object], index: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        ask()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {captured.captured_queries[0]['sql']}")
        plan = [row[-1] for row in cursor.fetchall()]
    assert any(f"INDEX {index}" in line for line in plan), plan
