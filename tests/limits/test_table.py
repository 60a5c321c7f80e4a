"""Nothing that reads a stranger's bytes is missing from the table; what is planted is found."""

import re
import types
from pathlib import Path

import msgspec
import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from tests.limits import surface, table
from tests.limits.functions import FUNCTIONS
from tests.limits.parameters import PARAMETERS


def test_the_table_names_everything_that_reads_a_strangers_bytes() -> None:
    found = surface.everything()
    assert len(found) > 100, "the search itself has broken"
    assert found - table.named() == set(), "add these to tests/limits, with their largest size"


def test_the_table_names_nothing_that_is_gone() -> None:
    assert (
        table.named()
        - surface.everything()
        - {f"query /log/{{site}}/ {name}" for name in ("before", "kind")}
        - {
            "query /report url",
            "query /report quote",
            "query /accounts/login/ next",
        }
        == set()
    )


def test_names_are_given_once() -> None:
    names = [one.name for one in PARAMETERS] + [row.name for row in FUNCTIONS]
    assert len(names) == len(set(names))


def test_functions_that_read_mail_have_rows() -> None:
    rows = table.mail_rows()
    if not rows:
        pytest.skip("tests/rooms/report/mail_growth.py is not there")
    has_row = {row[0].partition(":")[0].partition(" ")[0] for row in rows}
    missing = {name.rpartition(".")[2] for name in surface.mail()} - has_row - table.MAIL_APART.keys()
    assert missing == set(), "add rows to tests/rooms/report/mail_growth.py"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "route", sorted({route for route, _ in surface.patterns() if not surface.is_public(route)})
)
def test_what_counts_as_signed_in_asks_for_sign_in(client: Client, route: str) -> None:
    written = "/" + re.sub(r"<(int|slug|str):\w+>", "1", route)
    answers = {client.get(written).status_code, client.post(written).status_code}
    assert answers <= {302, 403, 405}, written


def planted_view(request: HttpRequest, word: str) -> HttpResponse:
    return HttpResponse(word)


class PlantedForm(forms.Form):
    planted = forms.CharField()


class PlantedBody(msgspec.Struct):
    planted: str


def planted_function(text: str) -> str:
    return text


def _planted_module(name: str, **values: object) -> types.ModuleType:
    module = types.ModuleType(name)
    vars(module).update(values)
    return module


def test_a_planted_address_is_found() -> None:
    views = [("planted/<str:word>/", path("planted/<str:word>/", planted_view))]
    assert surface.path_parameters(views) - table.named() == {"path /planted/<str:word>/ word"}
    hidden = [("desk/planted/<str:word>/", path("desk/planted/<str:word>/", planted_view))]
    assert surface.path_parameters(hidden) == set()


def test_a_planted_member_is_found() -> None:
    module = _planted_module("corrigenda.planted_wire", _D=msgspec.json.Decoder(PlantedBody))
    assert surface.members([module]) - table.named() == {"json corrigenda.planted_wire PlantedBody.planted"}


def test_a_planted_field_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    module = _planted_module("corrigenda.planted_views", PlantedForm=PlantedForm)
    monkeypatch.setattr("inspect.getmodule", lambda _view: module)
    views = [("planted/", path("planted/", planted_view))]
    assert surface.fields(views) - table.named() == {"field PlantedForm.planted"}


def test_a_planted_function_is_found() -> None:
    module = _planted_module(planted_function.__module__, planted_function=planted_function)
    assert surface.functions([module]) - table.named() == {f"function {__name__}.planted_function"}


def test_a_planted_read_is_found(tmp_path: Path) -> None:
    source = tmp_path / "planted.py"
    source.write_text(
        'NAME = "X-Named"\n'
        "def view(request, environ):\n"
        '    a = request.GET.get("one"), request.POST["two"], request.headers.get(NAME)\n'
        '    return a, "three" in request.POST, environ.get("HTTP_FOUR"), request.COOKIES["five"]\n'
    )
    module = _planted_module("corrigenda.planted", NAME="X-Named", __file__=str(source))
    assert surface.reads([module], []) - table.named() == {
        f"read corrigenda.planted {what}"
        for what in (
            "GET one",
            "POST two",
            "headers X-Named",
            "POST three",
            "environ HTTP_FOUR",
            "COOKIES five",
        )
    }
