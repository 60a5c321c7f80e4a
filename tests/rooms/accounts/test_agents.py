"""The browser and the system in words, from the headers that browsers send."""

import pytest

from corrigenda.accounts.agents import Client, client_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)


@pytest.mark.parametrize(
    ("header", "browser", "system"),
    [
        (FIREFOX, "Firefox", "Linux"),
        (CHROME, "Chrome", "Windows"),
        (f"{CHROME} Edg/142.0.0.0", "Edge", "Windows"),
        (f"{CHROME} OPR/125.0.0.0", "Opera", "Windows"),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                "Version/26.0 Safari/605.1.15"
            ),
            "Safari",
            "macOS",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
                "like Gecko) Version/26.0 Mobile/15E148 Safari/604.1"
            ),
            "Safari",
            "iPhone",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
                "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"
            ),
            "Samsung Internet",
            "Android",
        ),
        (
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/142.0.0.0 Safari/537.36"
            ),
            "Chrome",
            "ChromeOS",
        ),
        ("", "", ""),
        ("curl/8.5.0", "", ""),
        ("<script>alert(1)</script>\r\nSet-Cookie: x", "", ""),
        ("x" * 600 + FIREFOX, "", ""),
    ],
)
def test_a_header_in_words(header: str, browser: str, system: str) -> None:
    assert client_of(header) == Client(browser, system)
