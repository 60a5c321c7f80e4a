"""While a doubted text is compared with the one before others write; a newer doubt is not written over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from corrigenda.models import Address, Article
from corrigenda.watch import actions
from corrigenda.watch.actions import keep_failure
from corrigenda.watch.answers import NotReadError
from tests.rooms.factories import make_article, make_site
from tests.rooms.unlocked import calling_first, looking

pytestmark = pytest.mark.usefixtures("committed_db")

OLD = "The ferry left at nine. Forty people were aboard."
OTHER = "Sign in to read on. A month costs nine crowns."


@pytest.fixture
def address(committed_db: None) -> Address:
    """An address whose page held another text yesterday."""
    make_article(make_site())
    yesterday = timezone.now() - timedelta(days=1)
    Address.objects.update(doubted_text=OLD, doubted_at=yesterday)
    return Address.objects.get()


def doubt(address: Address, text: str) -> None:
    keep_failure(
        address=address, error=NotReadError(Article.Outcome.UNREADABLE, "Another text.", doubted=text)
    )
    address.refresh_from_db()


@pytest.mark.parametrize(("text", "kept"), [(f"{OLD} Indeed.", OLD), (OTHER, OTHER)])
def test_others_write_while_a_doubted_text_is_compared(
    address: Address, monkeypatch: pytest.MonkeyPatch, text: str, kept: str
) -> None:
    since = address.doubted_at
    looks = looking(monkeypatch, actions, "likeness")
    doubt(address, text)
    assert looks == [True]
    assert address.doubted_text == kept
    assert (address.doubted_at == since) == (kept == OLD)


def test_a_doubt_that_another_worker_drops_meanwhile_stays_dropped(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    calling_first(
        monkeypatch,
        actions,
        "likeness",
        lambda: Address.objects.update(doubted_text="", doubted_at=None),
    )
    doubt(address, OTHER)
    assert (address.doubted_text, address.doubted_at) == ("", None)
