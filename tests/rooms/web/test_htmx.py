"""Where a session has ended, a fragment sends its whole page to sign-in, whatever page it says it is on."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.test import RequestFactory

from corrigenda.web.htmx import SignInAgain
from corrigenda.web.sizes import MOST_NEXT


@pytest.mark.parametrize(
    ("shown", "leads_to"),
    [
        ("https://desk.example/desk/cases/3/?use=1", "/desk/cases/3/"),
        ("", "/desk/"),
        ("http://[::1/x", "/desk/"),
        ("http://[x]/y", "/desk/"),
        ("http://a\u2100b/", "/desk/"),
        (f"https://desk.example/{'a' * MOST_NEXT}", "/desk/"),
    ],
)
def test_the_page_comes_back_after_sign_in(shown: str, leads_to: str) -> None:
    def ended(_request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(f"{resolve_url('account_login')}?next=/desk/")

    asked = RequestFactory().get("/desk/", headers={"hx-request": "true", "hx-current-url": shown})
    answer = SignInAgain(ended)(asked)
    assert answer.status_code == 200
    assert parse_qs(urlsplit(answer["HX-Redirect"]).query) == {"next": [leads_to]}
