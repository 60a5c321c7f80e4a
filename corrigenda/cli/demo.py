"""`corrigenda demo`: the desk, its worker and a newspaper of its own, in one process group."""

import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

import click

from corrigenda.config.private import make_private_folder, write_private_file
from corrigenda.demo.paper import Paper, PaperServer
from corrigenda.demo.ports import free_port

START_SECONDS = 60
STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What the demo keeps from one start to the next."""

    port: int
    paper_port: int
    password: str

    @property
    def desk(self) -> str:
        """Origin of the desk."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def newspaper(self) -> str:
        """Origin of the newspaper: another host as well as another port, so that no cookie is shared."""
        return f"http://localhost:{self.paper_port}"


def make_plan(data: Path, *, port: int, paper_port: int) -> Plan:
    """Read the plan of the last start or make one; ports that are taken meanwhile are stepped over."""
    file = data / "demo.json"
    kept = json.loads(file.read_text()) if file.exists() else {}
    desk_port = free_port(kept.get("port", port))
    plan = Plan(
        port=desk_port,
        paper_port=free_port(kept.get("paper_port", paper_port), taken=frozenset({desk_port})),
        password=kept.get("password") or secrets.token_urlsafe(9),
    )
    draft = file.with_suffix(".new")
    write_private_file(draft, json.dumps(asdict(plan)))
    draft.replace(file)
    return plan


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), default=Path(".demo"), show_default=True, help="Its folder."
)
@click.option("--port", default=8000, show_default=True, help="First port to try for the desk.")
@click.option("--paper-port", default=8001, show_default=True, help="First port to try for the newspaper.")
@click.option("--reset", is_flag=True, help="Throw the demo's data away first.")
@click.option("--empty", is_flag=True, help="Without the reports that wait at the desk on the first start.")
def demo(*, data: Path, port: int, paper_port: int, reset: bool, empty: bool) -> None:
    """Run the desk with a demo newspaper beside it, until Ctrl+C. The data is kept."""
    with _alone(data):
        if reset:
            _empty(data)
        try:
            plan = make_plan(data, port=port, paper_port=paper_port)
        except OSError as error:
            raise click.ClickException(str(error)) from None
        environment = _environment(data, plan)
        load = ["demo-load", "--newspaper", plan.newspaper, *(["--empty"] if empty else [])]
        if _command(load, environment).wait():
            raise click.ClickException("The demo could not be set up; the lines above say why.")
        _run(data, plan, environment)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Hold the folder: a second demo on it would move the running newspaper to other ports."""
    try:
        make_private_folder(data)
        folder = os.open(data, os.O_RDONLY)
    except OSError as error:
        raise click.ClickException(str(error)) from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise click.ClickException(f"A demo runs already with the data in {data}.") from None
    finally:
        os.close(folder)


def _empty(data: Path) -> None:
    """Take everything out of a demo's folder; the folder itself stays, it bears the lock."""
    found = list(data.iterdir())
    if found and not (data / "demo.json").exists():
        raise click.ClickException(f"{data} does not look like a demo's folder; it was left alone.")
    for path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _environment(data: Path, plan: Plan) -> dict[str, str]:
    own = {
        "CORRIGENDA_DATA_DIR": str(data.resolve()),
        "CORRIGENDA_PUBLIC_URL": plan.desk,
        "CORRIGENDA_HOST": "127.0.0.1",
        "CORRIGENDA_PORT": str(plan.port),
        "CORRIGENDA_DEMO_PASSWORD": plan.password,
    }
    # A demo waits less than a newsroom; whoever sets these for themselves is left alone.
    eager = {
        "CORRIGENDA_UNDO_SECONDS": "5",
        "CORRIGENDA_WORKER_SECONDS": "0.5",
        "CORRIGENDA_RECHECK_SECONDS": "5",
    }
    return {**eager, **os.environ, **own}


def _command(arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "corrigenda", *arguments], env=environment)  # noqa: S603 (our own)


def _run(data: Path, plan: Plan, environment: dict[str, str]) -> None:
    paper = Paper(public=data / "newspaper" / "public", newspaper=plan.newspaper, corrigenda=plan.desk)
    server = PaperServer(paper, port=plan.paper_port)
    threading.Thread(target=server.serve_forever, name="newspaper", daemon=True).start()
    children = [_command(["serve"], environment), _command(["work"], environment)]
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 (the signature is signal's)
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    try:
        if _answers(f"{plan.desk}/healthz", children, stop):
            click.echo(_welcome(plan))
        while not stop.wait(0.2):
            if any(child.poll() is not None for child in children):
                raise click.ClickException("The server or the worker ended; the lines above say why.")
    finally:
        _end(children)
        server.shutdown()
        server.server_close()


def _answers(url: str, children: list[subprocess.Popen[bytes]], stop: threading.Event) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while (
        time.monotonic() < deadline and not stop.is_set() and all(child.poll() is None for child in children)
    ):
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (our own loopback address)
                return True
        except (urllib.error.URLError, OSError):
            stop.wait(0.1)
    return False


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _welcome(plan: Plan) -> str:
    return f"""
The demo is running. Ctrl+C stops it; the data is kept.

  An article   {plan.newspaper}/
               Open a story, select a few words, press Ctrl+Enter.
  The desk     {plan.desk}/desk/
               Sign in as demo with the password {plan.password}
  The log      {plan.desk}/log/harbour-courier/
"""
