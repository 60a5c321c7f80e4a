"""A site's settings lead to its CMS, or to a sentence that says what is missing."""

from pathlib import Path

import pytest

from corrigenda.connectors.by_hand import ByHandCms
from corrigenda.connectors.cms import ByHandError, Cms, PublicNotice
from corrigenda.connectors.files import FileCms
from corrigenda.connectors.null import NullCms
from corrigenda.connectors.registry import CONNECTORS, ConnectorError, connect
from corrigenda.models import Site
from tests.rooms.connectors.servers import page

NOTICE = PublicNotice(
    anchor="correction-1", label="Correction", text="x", date="", date_text="", url="https://desk.example/1"
)
URL = "https://courier.example/story.html"


def test_every_connector_that_a_site_may_choose_exists() -> None:
    """The choices of the table and the registry agree; only Null cannot be chosen."""
    assert set(Site.Connector.values) | {"null"} == set(CONNECTORS)


def test_files(tmp_path: Path) -> None:
    """The folders and selectors reach the connector."""
    for name in ("source", "public"):
        (tmp_path / name).mkdir()
        file = tmp_path / name / "story.html"
        file.write_text(page("<main>a</main><p class=x>b</p>"), encoding="utf-8")
    options = {
        "source": str(tmp_path / "source"),
        "public": str(tmp_path / "public"),
        "origin": "https://courier.example",
    }
    cms = connect("files", options, root_selectors=[".x"])
    assert isinstance(cms, FileCms)
    stored = cms.read(URL)
    assert stored is not None
    assert stored.html == "b"


@pytest.mark.parametrize(
    ("kind", "options", "sentence"),
    [
        ("files", {}, "“source”"),
        ("files", {"source": "a"}, "“public”"),
        ("files", {"source": "", "public": "b"}, "“source”"),
        ("files", {"source": ["a"], "public": "b"}, "“source”"),
        ("files", {"source": "a", "public": "a"}, "two different folders"),
        ("files", {"source": "a", "public": "b"}, "“origin”"),
        ("ghost", {}, "there are by_hand, files, null"),
    ],
)
def test_wrong_settings(kind: str, options: dict[str, object], sentence: str) -> None:
    """An administrator reads what to change."""
    with pytest.raises(ConnectorError, match=sentence):
        connect(kind, options, root_selectors=[])


def test_by_hand_asks_a_person() -> None:
    """Nothing is read, and both writes say what to do."""
    cms: Cms = connect("by_hand", {}, root_selectors=[])
    assert isinstance(cms, ByHandCms)
    assert cms.read(URL) is None
    with pytest.raises(ByHandError, match="in your own CMS"):
        cms.write(URL, before="", html="x", notice=NOTICE)
    with pytest.raises(ByHandError, match="put this notice"):
        cms.place(URL, notice=NOTICE)


def test_null_takes_everything() -> None:
    """The twin that does nothing fits the protocol."""
    cms: Cms = connect("null", {}, root_selectors=[])
    assert isinstance(cms, NullCms)
    assert cms.read(URL) is None
    cms.write(URL, before="", html="x", notice=NOTICE)
    cms.place(URL, notice=NOTICE)
