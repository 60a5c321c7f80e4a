"""The shell: every command has a help, settings are printed with meanings, secrets never."""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from corrigenda.cli import COMMANDS, main
from corrigenda.cli.collecting import uncollected
from corrigenda.config.options import Options, keep_secret_key


def corrigenda(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CORRIGENDA_")}
    return subprocess.run(
        [sys.executable, "-m", "corrigenda", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**clean, **environment},
    )


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"manage"}))
def test_every_command_explains_itself(name: str) -> None:
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert "Usage:" in done.output


def test_settings_are_printed_with_their_meaning_and_secrets_are_masked(tmp_path: Path) -> None:
    done = corrigenda(
        "settings",
        "--json",
        CORRIGENDA_DATA_DIR=str(tmp_path),
        SECRET_KEY="very-secret-key",
        DATABASE_URL="postgres://someone:hidden@db/desk",
        CORRIGENDA_MAIL_PASSWORD="also-hidden",
        CORRIGENDA_PORT="8123",
    )
    assert done.returncode == 0, done.stderr
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert set(rows) >= {"SECRET_KEY", "DATABASE_URL", "CORRIGENDA_PUBLIC_URL", "CORRIGENDA_UNDO_SECONDS"}
    assert len(rows) == len(Options.model_fields)
    assert all(row["meaning"] for row in rows.values())
    assert rows["CORRIGENDA_PORT"] == {**rows["CORRIGENDA_PORT"], "value": "8123", "set": True}
    for secret in ("very-secret-key", "hidden"):
        assert secret not in done.stdout


@pytest.mark.parametrize("command", [["serve"], ["work", "--once"], ["site", "list"], ["manage", "migrate"]])
def test_a_database_that_does_not_answer_is_a_sentence(command: list[str], tmp_path: Path) -> None:
    url = "postgres://someone:hidden@127.0.0.1:1/desk"
    done = corrigenda(*command, DATABASE_URL=url, CORRIGENDA_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "refused" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hidden" not in done.stderr


def test_settings_come_from_a_file_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    file.write_text('port = 9001\ntime_zone = "Europe/Kyiv"\n')
    done = corrigenda("settings", "--json", CORRIGENDA_CONFIG=str(file), CORRIGENDA_PORT="9002")
    rows = {row["name"]: row["value"] for row in json.loads(done.stdout)}
    assert rows["CORRIGENDA_PORT"] == "9002"
    assert rows["CORRIGENDA_TIME_ZONE"] == "Europe/Kyiv"


@pytest.mark.parametrize("command", ["settings", "member list", "manage migrate"])
def test_a_file_of_settings_that_is_named_and_not_there_is_said(command: str, tmp_path: Path) -> None:
    file = tmp_path / "missing.toml"
    data = tmp_path / "var"
    done = corrigenda(*command.split(), CORRIGENDA_CONFIG=str(file), CORRIGENDA_DATA_DIR=str(data))
    assert done.returncode == 1
    assert f"CORRIGENDA_CONFIG names {file}: there is no such file" in done.stderr
    assert "migrate" not in done.stderr
    assert "Traceback" not in done.stderr
    # The defaults would be another, empty database.
    assert not data.exists()
    assert corrigenda("settings", CORRIGENDA_CONFIG="").returncode == 0


def test_a_setting_that_cannot_be_understood_is_named_and_its_value_is_not() -> None:
    done = corrigenda("settings", CORRIGENDA_PORT="a-mistyped-secret")
    assert done.returncode == 1
    assert "port" in done.stderr
    assert "a-mistyped-secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_is_none_is_said(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    file.write_text('nosuch = "hidden"\n')
    done = corrigenda("settings", CORRIGENDA_CONFIG=str(file))
    assert done.returncode == 1
    assert "  nosuch: there is no such setting\n" in done.stderr
    assert "hidden" not in done.stderr


@pytest.mark.parametrize("command", ["settings", "member"])
def test_settings_that_cannot_even_be_read_are_a_sentence(command: str, tmp_path: Path) -> None:
    asked = [command, "list"] if command == "member" else [command]
    done = corrigenda(*asked, CORRIGENDA_TRUSTED_PROXIES="127.0.0.1", CORRIGENDA_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "trusted_proxies" in done.stderr
    assert "JSON" in done.stderr
    file = tmp_path / "desk.toml"
    file.write_text('mail_password = "hidden" port = 9001\n')
    broken = corrigenda(*asked, CORRIGENDA_CONFIG=str(file))
    assert broken.returncode == 1
    assert "line 1" in broken.stderr
    for said in (done.stderr, broken.stderr):
        assert "settings.md" in said
        assert "Traceback" not in said
        assert "hidden" not in said


def test_a_missing_secret_key_is_made_once_and_kept(tmp_path: Path) -> None:
    options = Options(data_dir=tmp_path)
    first = keep_secret_key(options)
    assert len(first) >= 50
    assert keep_secret_key(options) == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert keep_secret_key(Options(data_dir=tmp_path / "other")) != first
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("secret_key.")] == []


def test_a_command_loads_neither_a_server_nor_a_driver_that_it_does_not_use(tmp_path: Path) -> None:
    """Every mail that is piped in starts one."""
    script = (
        "import sys, django; django.setup(); import corrigenda.cli.mailing;"
        "print(sorted({'granian', 'psycopg', 'corrigenda.worker'} & set(sys.modules)))"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "corrigenda.config.settings",
        "CORRIGENDA_DATA_DIR": str(tmp_path),
        "DATABASE_URL": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_garbage_is_looked_for_again_once_code_is_loaded() -> None:
    try:
        with uncollected():
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
        with pytest.raises(ImportError), uncollected():
            raise ImportError
        assert gc.isenabled()
    finally:
        gc.unfreeze()
