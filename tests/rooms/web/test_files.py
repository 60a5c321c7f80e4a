"""Files of the package: known again by browsers that have them."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
FILE = "/static/corrigenda/widget/corrigenda.js"


@pytest.mark.parametrize("mark", ["", "W/"], ids=["as it was sent", "compressed by a proxy"])
def test_a_file_that_a_browser_has_is_not_sent_again(client: Client, mark: str) -> None:
    sent = client.get(FILE)
    assert (sent.status_code, bool(sent.getvalue())) == (200, True)
    again = client.get(FILE, headers={"if-none-match": f"{mark}{sent['ETag']}"})
    assert (again.status_code, again.getvalue()) == (304, b"")
    assert again["ETag"] == sent["ETag"]


@pytest.mark.parametrize("tag", ['"other"', 'W/"other"', "W/", "other"])
def test_another_file_is_sent(client: Client, tag: str) -> None:
    answered = client.get(FILE, headers={"if-none-match": tag})
    assert (answered.status_code, bool(answered.getvalue())) == (200, True)
