"""A dovecot of the tests' own, in a temporary folder on the loopback, gone when they end."""

import contextlib
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from imaplib import IMAP4
from pathlib import Path

import trustme

from tests.ports import free_port

USER, PASSWORD = "desk", "a-long-passphrase"
START_SECONDS = 20

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {account}
default_internal_group = {group}
default_login_user = {account}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
auth_verbose = no
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
{imap}
passdb {{
  driver = static
  args = password={password} user={user}
}}
userdb {{
  driver = static
  args = uid={mail_account} gid={mail_group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server."""

    port: int
    tls_port: int
    ca_file: str
    folder: Path

    @contextlib.contextmanager
    def client(self) -> Iterator[IMAP4]:
        """A connection of Python's own client, signed in."""
        with IMAP4("127.0.0.1", self.port) as client:
            client.login(USER, PASSWORD)
            yield client

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder, as a mail server would."""
        with self.client() as client:
            for mail in mails:
                kind, said = client.append(folder, "", "", mail)
                assert kind == "OK", said

    def flags(self, folder: str = "INBOX") -> list[bytes]:
        """Return the flags of each mail in a folder."""
        with self.client() as client:
            _kind, said = client.select(folder, readonly=True)
            if said == [b"0"]:
                return []
            return [line for line in client.fetch("1:*", "(FLAGS)")[1] if isinstance(line, bytes)]

    def make(self, folder: str) -> None:
        """Make a folder, anew where there is one; the new one has another UIDVALIDITY."""
        with self.client() as client:
            client.delete(folder)
            kind, said = client.create(folder)
            assert kind == "OK", said


@contextlib.contextmanager
def running(program: str, *, imap: str = "") -> Iterator[Dovecot]:
    """Start a server; as root its mails belong to the account `mail`, which Debian has."""
    folder = Path(tempfile.mkdtemp(prefix="corrigenda-dovecot-"))
    is_root = os.geteuid() == 0
    account = pwd.getpwuid(os.geteuid()).pw_name
    mail_account = pwd.getpwnam("mail") if is_root else pwd.getpwuid(os.geteuid())
    (folder / "mail").mkdir()
    if is_root:
        folder.chmod(0o755)
        os.chown(folder / "mail", mail_account.pw_uid, mail_account.pw_gid)
    port, tls_port = free_port(), free_port()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("localhost")
    certificate.private_key_pem.write_to_path(folder / "server.key")
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(folder / "server.pem", append=True)
    (folder / "dovecot.conf").write_text(
        CONFIGURATION.format(
            folder=folder,
            account="dovecot" if is_root else account,
            group=grp.getgrgid(pwd.getpwnam("dovecot").pw_gid if is_root else os.getegid()).gr_name,
            mail_account=mail_account.pw_uid,
            mail_group=mail_account.pw_gid,
            port=port,
            tls_port=tls_port,
            user=USER,
            password=PASSWORD,
            imap=imap,
        )
    )
    server = subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")])
    try:
        _wait(server, port, folder)
        yield Dovecot(port, tls_port, str(folder / "ca.pem"), folder)
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    log = folder / "log"
    raise RuntimeError(f"Dovecot did not start: {log.read_text() if log.exists() else 'no log'}")
