"""Starts nginx, Caddy and HAProxy with the configuration of deploy/, its places changed to the test's own."""

import os
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests import tools
from tests.journeys.senders import HOST, Place
from tests.ports import free_port

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
START_SECONDS = 20
_NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log info;
{user}
events {{ worker_connections 2048; }}
http {{
    types {{ text/html html; text/css css; text/javascript js; }}
    access_log {folder}/nginx-access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Spot:
    """Ports, certificate and folder of one proxy."""

    folder: Path
    desk: int
    http: int
    https: int


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy."""

    name: str
    spot: Spot
    secure: Place
    plain: Place
    authority: Path

    def said(self) -> str:
        """Return everything that it has written."""
        return "\n".join(
            path.read_text(errors="replace")
            for path in sorted(self.spot.folder.glob("*.log"))
            if path.is_file()
        )


def changed(text: str, changes: Mapping[str, str]) -> str:
    """Return a text with places changed; each of them must be there."""
    for old, new in changes.items():
        assert old in text, f"the configuration has no {old!r}"
        text = text.replace(old, new)
    return text


def nginx_files(spot: Spot, text: str) -> list[str]:
    """Write what nginx needs; return its command, to which -t may be added."""
    site = changed(
        text,
        {
            "listen 80;": f"listen 127.0.0.1:{spot.http};",
            "listen [::]:80;": f"listen [::1]:{spot.http};",
            "listen 443 ": f"listen 127.0.0.1:{spot.https} ",
            "listen [::]:443 ": f"listen [::1]:{spot.https} ",
            "127.0.0.1:8000": f"127.0.0.1:{spot.desk}",
            "/etc/ssl/corrigenda/": f"{spot.folder}/",
            "/var/log/nginx/": f"{spot.folder}/",
        },
    )
    (spot.folder / "site.conf").write_text(site)
    user = "user root;" if os.geteuid() == 0 else ""
    file = spot.folder / "nginx.conf"
    file.write_text(_NGINX.format(folder=spot.folder, user=user))
    return [str(tools.program(tools.NGINX)), "-c", str(file), "-p", str(spot.folder)]


def caddy_files(spot: Spot, text: str) -> list[str]:
    """Write what Caddy needs; return its command."""
    ports = f"{{\n\tadmin off\n\tskip_install_trust\n\thttp_port {spot.http}\n\thttps_port {spot.https}\n"
    own = changed(
        text,
        {
            "\n{\n\t# Network addresses": f"\n{ports}\t# Network addresses",
            f"{HOST} {{": f"{HOST} {{\n\tbind 127.0.0.1 ::1",
            "127.0.0.1:8000": f"127.0.0.1:{spot.desk}",
            "/etc/ssl/corrigenda/": f"{spot.folder}/",
        },
    )
    file = spot.folder / "Caddyfile"
    file.write_text(own)
    return [str(tools.program(tools.CADDY)), "run", "--adapter", "caddyfile", "--config", str(file)]


def haproxy_files(spot: Spot, text: str) -> list[str]:
    """Write what HAProxy needs; return its command."""
    own = changed(
        text,
        {
            "bind :80\n": f"bind 127.0.0.1:{spot.http}\n",
            "bind :::80 ": f"bind [::1]:{spot.http} ",
            "bind :443 ": f"bind 127.0.0.1:{spot.https} ",
            "bind :::443 ": f"bind [::1]:{spot.https} ",
            "127.0.0.1:8000": f"127.0.0.1:{spot.desk}",
            "/etc/ssl/corrigenda/": f"{spot.folder}/",
            "log /dev/log local0 notice": "log stdout format raw local0 notice",
            "    user haproxy\n    group haproxy\n": "",
        },
    )
    file = spot.folder / "haproxy.cfg"
    file.write_text(own)
    return [str(tools.program(tools.HAPROXY)), "-f", str(file)]


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the proxies: its tool, its file in deploy/, how it is started and how its file is checked."""

    tool: tools.Tool
    file: str
    write: Callable[[Spot, str], list[str]]
    check: Callable[[list[str]], list[str]]


KINDS = {
    "nginx": Kind(tools.NGINX, "nginx.conf", nginx_files, lambda command: [*command, "-t"]),
    "caddy": Kind(
        tools.CADDY, "Caddyfile", caddy_files, lambda command: [command[0], "validate", *command[2:]]
    ),
    "haproxy": Kind(tools.HAPROXY, "haproxy.cfg", haproxy_files, lambda command: [*command, "-c"]),
}


@contextmanager
def running_proxy(
    name: str, folder: Path, desk: int, changes: Mapping[str, str] | None = None
) -> Iterator[Proxy]:
    """Check a proxy's configuration, and run it before a desk until the block ends."""
    kind = KINDS[name]
    tools.require(kind.tool, tools.program(kind.tool))
    spot = Spot(folder, desk, free_port(), free_port())
    authority, trust = _certificate(folder)
    text = changed((DEPLOY / kind.file).read_text(), changes or {})
    command = kind.write(spot, text)
    environment = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    checked = subprocess.run(
        kind.check(command), env=environment, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    with (folder / "said.log").open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    place = Place(spot.https, trust=trust)
    proxy = Proxy(name, spot, place, Place(spot.http), authority)
    try:
        _wait_for(proxy, process)
        yield proxy
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Write a certificate for the host in the forms that the proxies read; return its authority."""
    authority = trustme.CA()
    made = authority.issue_cert(HOST)
    made.cert_chain_pems[0].write_to_path(folder / "fullchain.pem")
    made.private_key_pem.write_to_path(folder / "privkey.pem")
    made.private_key_and_cert_chain_pem.write_to_path(folder / "haproxy.pem")
    authority.cert_pem.write_to_path(folder / "authority.crt")
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    return folder / "authority.crt", trust


def _wait_for(proxy: Proxy, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if proxy.secure.send("127.0.0.1", path="/healthz").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"{proxy.name} does not answer:\n{proxy.said()}")
