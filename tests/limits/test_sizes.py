"""Each parameter at its largest is taken; one more gets a clear answer, and nothing is stored or lost."""

import json
from html import unescape

import pytest

from corrigenda.models import Report
from corrigenda.web.sizes import worth_reading
from tests.limits import asking
from tests.limits.asking import TYPED
from tests.limits.headers import KNOWN, REPORTS
from tests.limits.parameter import LEFT_OUT, Parameter
from tests.limits.parameters import FORM, PARAMETERS

LIMITED = [one for one in PARAMETERS if one.most is not None]
REFUSED = [one for one in LIMITED if one.beyond != LEFT_OUT]

pytestmark = pytest.mark.usefixtures("desk")


def by_name(found: list[Parameter]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("one", found, ids=[one.name for one in found])


@by_name([one for one in LIMITED if one.beyond != 404])
def test_the_largest_is_taken(one: Parameter) -> None:
    assert one.most is not None
    answer = one.ask(one.sized(one.most))
    assert answer.status not in {400, 413, 414, 415, 422, 431, 500}, answer.text[:500]
    if one.name.startswith((REPORTS, KNOWN)):
        assert answer.status in {200, 201}
    if one in FORM:
        assert answer.status == 303
        assert Report.objects.count() == 1


@by_name(REFUSED)
def test_one_more_is_refused_and_nothing_is_stored(one: Parameter) -> None:
    assert one.most is not None
    answer = one.ask(one.sized(one.most + 1))
    assert answer.status == one.beyond, answer.text[:500]
    assert not Report.objects.exists()
    if answer.headers["Content-Type"].startswith("application/problem+json"):
        problem = json.loads(answer.body)
        assert problem["detail"]
        assert not one.told or problem["field"] == one.told
    else:
        assert "<h1" in answer.text


@by_name([one for one in LIMITED if one.beyond == LEFT_OUT])
def test_one_more_counts_as_none(one: Parameter) -> None:
    assert one.most is not None
    most, more = one.ask(one.sized(one.most)), one.ask(one.sized(one.most + 1))
    assert more.status == most.status < 400


@by_name([one for one in FORM if one in REFUSED])
def test_a_form_that_is_refused_keeps_what_was_typed(one: Parameter) -> None:
    assert one.most is not None
    value = one.sized(one.most + 1)
    page = unescape(one.ask(value).text)
    name = one.name.rpartition(" ")[2]
    for field, typed in TYPED.items():
        if field not in {name, "concern"}:
            assert typed in page
    if name != "concern":
        assert 'value="fact" required' in page or "checked" in page
        assert value in page


def test_a_form_filled_in_from_an_address_says_what_is_too_long() -> None:
    quote = "q" * 2001
    page = unescape(asking.get("/report", url=asking.PAGE, quote=quote).text)
    assert "This is too long: 2000 characters at most." in page
    assert quote in page
    assert asking.PAGE in page


def test_an_address_that_is_too_long_is_called_so() -> None:
    long = asking.PAGE + "?" + "a" * 2000
    for answer in (
        asking.posted(REPORTS, "url")(long),
        asking.posted(KNOWN, "url")(long),
        asking.get("/widget/config", url=long),
        asking.get("/widget/notices", url=long),
    ):
        assert answer.status == 422
        assert json.loads(answer.body)["detail"] == "This is too long: 2000 characters at most."


def test_a_host_that_no_name_server_may_know_is_refused() -> None:
    for host in ("a" * 64 + ".example", "äö" * 40 + ".example", "a." * 130 + "example", "\u4e00" * 300):
        assert asking.posted(REPORTS, "url")(f"https://{host}/").status == 422
        assert asking.get("/widget/config", url=f"https://{host}/").status == 422


def test_cookies_of_other_programs_do_not_sign_anybody_out() -> None:
    language = asking.header("HTTP_COOKIE", path="/")
    others = "; ".join(f"tracker{number}={'x' * 1000}" for number in range(30))
    quoted = 'other="' + "\\" * 3000 + '"'
    answer = language(f"{others}; {quoted}; django_language=de")
    assert answer.status == 200
    assert '<html lang="de"' in answer.text


def test_of_quoted_cookies_one_is_read() -> None:
    quoted = 'messages="' + "\\" * 4000 + '"'
    assert worth_reading(";".join(["a=1", *[quoted] * 15, "b=2"])) == f"a=1;{quoted};b=2"


def test_pages_say_what_is_too_long() -> None:
    answer = asking.raw_query("/report", "url=" + "a" * 50_000)
    assert answer.status == 414
    assert "The address of this page is too long." in unescape(answer.text)
    assert "aaaa" not in answer.text
    problem = asking.raw_query("/widget/notices", "url=" + "a" * 50_000)
    assert problem.status == 414
    assert problem.headers["Content-Type"] == "application/problem+json"
