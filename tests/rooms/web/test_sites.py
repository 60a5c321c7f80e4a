"""Adding, changing and finding sites."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from corrigenda.connectors.addresses import AddressError
from corrigenda.models import DEFAULT_ROOT_SELECTORS, Member, Origin, Site
from corrigenda.web.checks import SiteError
from corrigenda.web.queries import site_of_origin, site_of_url
from corrigenda.web.sites import SiteChanges, add_site, change_site
from tests.rooms.factories import make_article, make_member, make_site

pytestmark = pytest.mark.django_db


def test_a_site_is_made_with_what_follows_from_its_origins() -> None:
    site = add_site(
        slug="herald", name=" The  Herald ", origins=["HTTPS://WWW.Herald.Example:443/", "http://пошта.укр"]
    )
    assert site.name == "The Herald"
    assert [row.origin for row in site.origins.all()] == [
        "https://www.herald.example",
        "http://xn--80a1acn3a.xn--j1amh",
    ]
    assert site.fetch_hosts == ["www.herald.example", "xn--80a1acn3a.xn--j1amh"]
    assert site.root_selectors == list(DEFAULT_ROOT_SELECTORS)
    assert (site.languages, site.connector, site.private_hosts) == (["en"], Site.Connector.BY_HAND, [])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "with space"),
        ("slug", "новини"),
        ("slug", "new"),
        ("slug", "x" * 61),
        ("name", " \n "),
        ("name", "x" * 201),
        ("origins", []),
        ("origins", ["herald.example"]),
        ("origins", ["ftp://herald.example"]),
        ("origins", ["https://herald.example/news/"]),
        ("origins", ["https://herald.example?x"]),
        ("origins", ["https://user@herald.example"]),
        ("fetch_hosts", ["https://herald.example"]),
        ("fetch_hosts", ["herald.example/news"]),
        ("fetch_hosts", ["herald.example:0"]),
        ("fetch_hosts", ["herald.example:70000"]),
        ("private_hosts", ["localhost"]),
        ("private_hosts", ["localhost:8001"]),  # not among the hosts that may be fetched
        ("root_selectors", []),
        ("root_selectors", ["article", "main {"]),
        ("languages", []),
        ("languages", ["english please"]),
        ("connector", "smoke-signals"),
        ("corrections_policy", "x" * 20_001),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field: str, value: object) -> None:
    fields: dict[str, object] = {"slug": "herald", "name": "Herald", "origins": ["https://herald.example"]}
    with pytest.raises(SiteError) as caught:
        add_site(**{**fields, field: value})  # type: ignore[arg-type]  # wrong on purpose
    assert list(caught.value.problems) == [field]
    assert not Site.objects.exists()


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(SiteError) as caught:
        add_site(slug="", name="", origins=[], languages=["?"])
    assert set(caught.value.problems) == {"slug", "name", "origins", "languages"}


def test_an_origin_belongs_to_one_site() -> None:
    make_site()
    with pytest.raises(SiteError) as caught:
        add_site(slug="other", name="Other", origins=["https://courier.example"])
    assert "The Courier" in caught.value.problems["origins"]
    with pytest.raises(SiteError) as caught:
        add_site(slug="courier", name="Other", origins=["https://other.example"])
    assert list(caught.value.problems) == ["slug"]


def test_the_folders_of_the_file_connector_must_exist(tmp_path: Path) -> None:
    def add(**options: str) -> Site:
        return add_site(
            slug="herald",
            name="Herald",
            origins=["https://herald.example"],
            connector=Site.Connector.FILES,
            connector_options=options,
        )

    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    cases: list[tuple[dict[str, str], list[str]]] = [
        ({}, ["source", "public"]),
        ({"source": str(here)}, ["public"]),
        ({"source": str(here), "public": str(tmp_path / "none")}, ["public"]),
        ({"source": str(here), "public": str(tmp_path / ("x" * 300))}, ["public"]),
        # Every fix would fail: the stored and the published page would be one file.
        ({"source": str(here), "public": str(there / ".." / "here")}, ["public"]),
    ]
    for options, wrong in cases:
        with pytest.raises(SiteError) as caught:
            add(**options)
        assert list(caught.value.problems) == wrong
    assert add(source=str(here), public=str(there)).connector == Site.Connector.FILES


def test_only_those_who_may_manage_sites_may() -> None:
    with pytest.raises(PermissionDenied):
        add_site(by=make_member(), slug="herald", name="Herald", origins=["https://herald.example"])
    with pytest.raises(PermissionDenied):
        change_site(make_site(), by=make_member("eve"), name="Mine")
    assert Site.objects.get().name == "The Courier"


@pytest.mark.parametrize(
    "changes",
    [{"private_hosts": ["localhost:1"]}, {"connector": "files"}, {"connector_options": {"source": "/etc"}}],
)
def test_what_opens_the_machine_is_not_for_the_desk(changes: SiteChanges) -> None:
    chief = make_member(role=Member.Role.ADMINISTRATOR)
    with pytest.raises(PermissionDenied):
        change_site(make_site(), by=chief, **changes)


def test_a_change_touches_what_is_named() -> None:
    site = make_site(languages=["uk", "en"], corrections_policy="We correct.")
    kept = Origin.objects.get()
    changed = change_site(
        site,
        by=make_member(role=Member.Role.ADMINISTRATOR),
        name="The Evening Courier",
        origins=["https://courier.example", "https://m.courier.example"],
    )
    assert (changed.name, changed.languages, changed.corrections_policy) == (
        "The Evening Courier",
        ["uk", "en"],
        "We correct.",
    )
    assert [row.origin for row in changed.origins.all()] == [
        "https://courier.example",
        "https://m.courier.example",
    ]
    assert changed.origins.first() == kept
    change_site(site, origins=["https://m.courier.example"])
    assert [row.origin for row in Origin.objects.all()] == ["https://m.courier.example"]


def test_an_origin_whose_articles_were_reported_stays_with_its_publication() -> None:
    site, other = make_site(), make_site("other", origin="https://other.example")
    make_article(site)
    change_site(site, origins=["https://new.courier.example"])
    with pytest.raises(SiteError) as caught:
        change_site(other, origins=["https://other.example", "https://courier.example"])
    assert "were reported to The Courier" in caught.value.problems["origins"]
    with pytest.raises(SiteError, match="were reported to The Courier"):
        add_site(slug="third", name="Third", origins=["https://courier.example"])
    change_site(other, origins=["https://courier.example.org", "http://courier.example"])
    back = change_site(site, origins=["https://courier.example"])
    assert [row.origin for row in back.origins.all()] == ["https://courier.example"]


def test_an_address_finds_its_site_by_origin_alone() -> None:
    site = make_site()
    make_site("other", origin="http://courier.example")
    assert site_of_url("https://COURIER.example:443/a/b?c=d#e") == site
    assert site_of_origin("https://courier.example") == site
    for stranger in ("https://courier.example.evil.example/", "https://evil.example/https://courier.example"):
        assert site_of_url(stranger) is None
    for origin in ("null", "", "https://courier.example/", "https://courier.example\x00"):
        assert site_of_origin(origin) is None
    with pytest.raises(AddressError):
        site_of_url("javascript:alert(1)")


def test_no_browser_keeps_the_pages_of_the_sites(client: Client) -> None:
    make_site()
    client.force_login(make_member(role=Member.Role.ADMINISTRATOR))
    for path in ("/desk/sites/", "/desk/sites/new/", "/desk/sites/courier/"):
        assert "no-store" in client.get(path)["Cache-Control"]
