"""An installation under https: its proxy ends TLS, and browsers are told to stay with it."""

import os
import subprocess
import sys
from pathlib import Path

ASK = """
import django
django.setup()
from django.test import Client
for proto in ("https", "http"):
    answer = Client().get("/healthz", headers={"host": "desk.example", "x-forwarded-proto": proto})
    print(answer.status_code, answer.headers.get("Strict-Transport-Security"))
"""


def test_browsers_are_told_to_stay_with_https(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "corrigenda.config.settings",
        "CORRIGENDA_DATA_DIR": str(tmp_path),
        "CORRIGENDA_PUBLIC_URL": "https://desk.example",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["200 max-age=31536000", "200 None"], done.stderr
