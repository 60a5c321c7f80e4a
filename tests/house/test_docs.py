"""What the product can do is named in its documents: commands, settings, states, rooms."""

import re
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest

from corrigenda.cli import COMMANDS
from corrigenda.cli.settings import variable
from corrigenda.config.options import Options
from corrigenda.flow import State
from corrigenda.models import Decision, NoticeKind, Report

ROOT = Path(__file__).resolve().parents[2]
DOCS = "\n".join(path.read_text() for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("name", sorted(name for name, place in COMMANDS.items() if place.help))
def test_command_is_documented(name: str) -> None:
    assert f"corrigenda {name}" in DOCS


@pytest.mark.parametrize("name", sorted(Options.model_fields))
def test_setting_is_documented_with_its_meaning(name: str) -> None:
    text = (ROOT / "docs/reference/settings.md").read_text()
    row = next((line for line in text.splitlines() if line.startswith(f"| `{variable(name)}` |")), "")
    assert row, f"docs/reference/settings.md lacks {variable(name)}"
    assert str(Options.model_fields[name].description) in row


def test_no_document_names_a_setting_that_does_not_exist() -> None:
    known = {variable(name) for name in Options.model_fields} | {"CORRIGENDA_CONFIG"}
    outside = {"CORRIGENDA_CHROMIUM", "CORRIGENDA_PICTURES"}  # of the tests
    named = set(re.findall(r"\bCORRIGENDA_[A-Z_]+[A-Z]\b", DOCS))
    assert named - known - outside == set()


@pytest.mark.parametrize("state", list(State))
def test_state_is_documented(state: State) -> None:
    assert state.value in (ROOT / "ARCHITECTURE.md").read_text()


def test_concerns_kinds_and_reasons_are_in_the_editors_guide() -> None:
    guide = (ROOT / "docs/guide/newsroom.md").read_text().lower()
    labels = [*Report.Concern.labels, *NoticeKind.labels, *Decision.Reason.labels]
    assert [str(label) for label in labels if str(label).lower() not in guide] == []


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)} -> {target}"
        for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text())
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert broken == []


def test_commands_in_the_documents_exist() -> None:
    used = set(re.findall(r"^\s*(?:\.venv/bin/)?corrigenda ([a-z-]+)", DOCS, re.MULTILINE))
    assert used - set(COMMANDS) == set()


def test_every_make_target_is_in_its_help_and_the_speeds_are_documented() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split())
    helped = set(re.findall(r'^\t@echo "make ([a-z-]+)', makefile, re.MULTILINE))
    assert targets - helped == {"clean", "help"}
    assert helped - targets == set()
    documented = set(re.findall(r"make ([a-z]+)", (ROOT / "CONTRIBUTING.md").read_text()))
    assert {"check", "test", "live", "long"} - documented == set()


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").iterdir()), ids=lambda path: path.name)
def test_each_file_to_deploy_is_in_the_operators_guide(path: Path) -> None:
    assert f"deploy/{path.name}" in (ROOT / "docs/guide/operator.md").read_text()


def test_the_limits_of_connections_that_say_nothing_are_set_and_explained() -> None:
    nginx, firewall = ((ROOT / "deploy" / name).read_text() for name in ("nginx.conf", "nftables.conf"))
    seconds = re.search(r"^    client_header_timeout (\d+)s;", nginx, re.MULTILINE)
    assert seconds is not None
    assert int(seconds[1]) <= 5
    assert "worker_connections" in nginx
    assert "deploy/nftables.conf" in nginx
    rules = [
        line for line in firewall.splitlines() if "ct count over" in line and "dport { 80, 443 }" in line
    ]
    assert [" ip saddr " in rules[0], " ip6 saddr " in rules[1]] == [True, True]
    assert "### Connections that say nothing" in (ROOT / "docs/guide/operator.md").read_text()


@pytest.mark.parametrize("command", ["serve", "work"])
def test_each_process_has_a_unit_that_starts_it_again_always(command: str) -> None:
    assert command in COMMANDS
    unit = ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # as Python documents it
    unit.read_string((ROOT / "deploy" / f"corrigenda-{command}.service").read_text())
    assert unit["Service"]["Restart"] == "always"
    assert float(unit["Service"]["RestartSec"]) > 0
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert unit["Service"]["ExecStart"].endswith(f"/bin/corrigenda {command}")
    assert unit["Service"]["User"] == "corrigenda"


def test_every_way_to_start_it_finds_the_settings() -> None:
    guide, mailbox = ((ROOT / f"docs/guide/{name}.md").read_text() for name in ("operator", "mailbox"))
    units = re.findall(r"^```ini\n(.+?)^```", guide, re.MULTILINE | re.DOTALL)
    units += [path.read_text() for path in (ROOT / "deploy").glob("*.service")]
    assert len(units) == 4
    assert [unit for unit in units if "\nWorkingDirectory=/srv/corrigenda\n" not in unit] == []
    assert re.search(r"argv=\S*env CORRIGENDA_CONFIG=\S+\.toml\s+\S+/corrigenda mail pipe ", mailbox)


def test_the_settings_of_the_first_start_are_read(tmp_path: Path) -> None:
    guide = (ROOT / "docs/guide/operator.md").read_text()
    written = re.search(r"^```toml\n(.+?)^```", guide, re.MULTILINE | re.DOTALL)
    assert written is not None
    options = Options(**tomllib.loads(written[1]))
    assert str(options.trusted_proxies[0]) == "127.0.0.1/32"
    assert options.security_contact.startswith("mailto:")


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile", "haproxy.cfg"])
def test_each_proxy_says_whom_to_trust(name: str) -> None:
    text = (ROOT / "deploy" / name).read_text()
    assert "CORRIGENDA_TRUSTED_PROXIES='[\"127.0.0.1/32\"]'" in text
    for dropped in ("Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Port"):
        assert dropped in text
