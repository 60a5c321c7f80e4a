"""Choosing a connector at the desk: by hand always, folders only where the operator allows them."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import Settings

from corrigenda.config.options import Options
from corrigenda.models import Member, Site
from corrigenda.web.checks import SiteError
from corrigenda.web.sites import change_site
from tests.rooms.factories import make_member, make_site

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "The Courier",
    "slug": "courier",
    "origins": "https://courier.example",
    "root_selectors": "article",
    "languages": "en",
}


@pytest.fixture
def chief() -> Member:
    return make_member(role=Member.Role.ADMINISTRATOR)


@pytest.fixture
def allowed(tmp_path: Path, settings: Settings) -> Path:
    """A folder that the operator allows, with two folders in it and one beside it."""
    for name in ("allowed/source", "allowed/public", "beside"):
        (tmp_path / name).mkdir(parents=True)
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"files_dir": tmp_path / "allowed"})
    return tmp_path / "allowed"


def save(client: Client, chief: Member, **typed: str) -> tuple[int, str]:
    client.force_login(chief)
    answer = client.post("/desk/sites/courier/", {**TYPED, **typed})
    return answer.status_code, answer.content.decode()


def test_folders_under_the_allowed_one_may_be_chosen(client: Client, chief: Member, allowed: Path) -> None:
    make_site()
    assert save(client, chief, connector="files", source="source", public=str(allowed / "public"))[0] == 302
    site = Site.objects.get()
    assert site.connector == Site.Connector.FILES
    assert site.connector_options == {
        "source": str(allowed / "source"),
        "public": str(allowed / "public"),
        "origin": "https://courier.example",
    }
    page = client.get("/desk/sites/courier/").content.decode()
    assert str(allowed / "source") in page
    assert save(client, chief, connector="by_hand", source="source", public="public")[0] == 302
    site.refresh_from_db()
    assert (site.connector, site.connector_options) == (Site.Connector.BY_HAND, {})


@pytest.mark.parametrize("way", ["absolute", "dots", "link", "itself", "none of it", "nul"])
def test_folders_elsewhere_are_refused_whether_they_exist_or_not(
    chief: Member, allowed: Path, way: str
) -> None:
    (allowed / "link").symlink_to(allowed.parent / "beside")
    folder = {
        "absolute": str(allowed.parent / "beside"),
        "dots": "source/../../beside",
        "link": "link",
        "itself": ".",
        "none of it": "/nothing/here",
        "nul": "so\x00urce",
    }[way]
    options = {"source": folder, "public": str(allowed / "public")}
    site = make_site()
    with pytest.raises(SiteError) as caught:
        change_site(site, by=chief, connector="files", connector_options=options)
    assert caught.value.problems == {"source": f"Choose a folder under {allowed}."}
    # Nor may they be laid down for a connector that somebody turns on later.
    with pytest.raises(SiteError):
        change_site(site, by=chief, connector_options=options)


def test_only_the_two_folders_are_options(chief: Member, allowed: Path) -> None:
    with pytest.raises(PermissionDenied):
        change_site(make_site(), by=chief, connector_options={"other": str(allowed / "source")})


def test_what_is_wrong_with_a_folder_stands_at_its_field(
    client: Client, chief: Member, allowed: Path
) -> None:
    make_site()
    status, page = save(client, chief, connector="files", source="source", public="nowhere")
    assert status == 422
    assert f"There is no folder {allowed}/nowhere." in page
    assert save(client, chief, connector="files", source="x" * 300, public="public")[0] == 422
    assert Site.objects.get().connector == Site.Connector.BY_HAND


def test_without_an_allowed_folder_the_desk_offers_by_hand_alone(client: Client, chief: Member) -> None:
    make_site()
    status, page = save(client, chief, connector="files", source="/etc", public="/usr")
    assert status == 422
    assert 'value="files"' not in page
    assert 'name="source"' not in page
    assert save(client, chief, connector="by_hand")[0] == 302


def test_an_empty_setting_allows_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORRIGENDA_FILES_DIR", "")
    assert Options().files_dir is None


def test_folders_that_the_shell_set_stay_when_other_things_change(
    client: Client, chief: Member, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    folders = {"source": str(tmp_path / "one"), "public": str(tmp_path / "two")}
    change_site(make_site(), connector="files", connector_options=folders)
    assert save(client, chief, connector="files", name="The Evening Courier")[0] == 302
    site = Site.objects.get()
    assert (site.name, site.connector, site.connector_options) == (
        "The Evening Courier",
        "files",
        {**folders, "origin": "https://courier.example"},
    )


TWO = "https://courier.example\nhttps://blog.courier.example"


def test_the_folders_belong_to_one_of_several_origins(client: Client, chief: Member, allowed: Path) -> None:
    """The first unless another is chosen; the form offers the choice where there are two."""
    site = make_site()
    typed = {"connector": "files", "source": "source", "public": "public"}
    assert save(client, chief, **typed)[0] == 302
    assert 'name="origin"' not in client.get("/desk/sites/courier/").content.decode()
    assert save(client, chief, **typed, origins=TWO)[0] == 302
    assert 'name="origin"' in client.get("/desk/sites/courier/").content.decode()
    assert save(client, chief, **typed, origins=TWO, origin="https://blog.courier.example")[0] == 302
    site.refresh_from_db()
    assert site.connector_options["origin"] == "https://blog.courier.example"
    assert save(client, chief, **typed, origins=TWO, origin="https://evil.example")[0] == 422
    status, page = save(client, chief, **typed, origin="https://blog.courier.example")
    assert (status, "one of the site’s origins" in page) == (422, True)
    # One that is named no more gives way to the first.
    change_site(site, origins=["https://new.courier.example"])
    site.refresh_from_db()
    assert site.connector_options["origin"] == "https://new.courier.example"


def test_the_origin_of_folders_that_the_shell_set_may_be_chosen(
    client: Client, chief: Member, tmp_path: Path
) -> None:
    """It opens no other folder."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    folders = {"source": str(tmp_path / "one"), "public": str(tmp_path / "two")}
    site = make_site()
    change_site(site, connector="files", connector_options=folders, origins=TWO.split("\n"))
    status, _page = save(client, chief, connector="files", origins=TWO, origin="https://blog.courier.example")
    assert status == 302
    site.refresh_from_db()
    assert site.connector_options == {**folders, "origin": "https://blog.courier.example"}


def test_an_origin_of_another_site_is_refused(chief: Member, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    options = {
        "source": str(tmp_path / "one"),
        "public": str(tmp_path / "two"),
        "origin": "https://tribune.example",
    }
    with pytest.raises(SiteError) as caught:
        change_site(make_site(), connector="files", connector_options=options)
    assert list(caught.value.problems) == ["origin"]
