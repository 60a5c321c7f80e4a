"""An installation under https: its proxy ends TLS, and browsers are told to stay with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASK = """
import django
django.setup()
from django.test import Client
for proto in ("https", "http"):
    answer = Client().get("/healthz", headers={"host": "desk.example", "x-forwarded-proto": proto})
    print(answer.status_code, answer.headers.get("Strict-Transport-Security"))
"""


@pytest.mark.parametrize(
    ("subdomains", "said"), [("true", "max-age=31536000; includeSubDomains"), ("false", "max-age=31536000")]
)
def test_browsers_are_told_to_stay_with_https(tmp_path: Path, subdomains: str, said: str) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "corrigenda.config.settings",
        "CORRIGENDA_DATA_DIR": str(tmp_path),
        "CORRIGENDA_PUBLIC_URL": "https://desk.example",
        "CORRIGENDA_HSTS_SUBDOMAINS": subdomains,
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [f"200 {said}", "200 None"], done.stderr
