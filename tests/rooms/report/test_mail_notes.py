"""Notes of mails whose reading was killed, and that never came again, go after thirty days."""

import os
import time
from pathlib import Path

import pytest
from pytest_django import Settings

from corrigenda.report.mail.begun import OLD, begun, folder_of_notes
from corrigenda.report.privacy import retention

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("days", [0, 90])
def test_old_notes_are_swept_and_young_ones_stay(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    changes = {"data_dir": tmp_path, "retention_days": days}
    settings.OPTIONS = settings.OPTIONS.model_copy(update=changes)
    monkeypatch.setattr(retention, "TIMER", retention.Timer())
    folder = folder_of_notes()
    folder.mkdir()
    old, young = folder / ("0" * 64), folder / ("1" * 64)
    for note in (old, young):
        note.write_bytes(b".")
    os.utime(old, (0, time.time() - OLD - 60))
    with begun(b"a mail that is read now"):
        retention.run(10)
        assert len(list(folder.iterdir())) == 2
    assert list(folder.iterdir()) == [young]
