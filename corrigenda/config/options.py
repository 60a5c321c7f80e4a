"""Every option of an installation, read from the environment and an optional corrigenda.toml."""

import os
import secrets
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Final, Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from corrigenda.config.private import make_private_folder

NAMED_FILE: Final = os.environ.get("CORRIGENDA_CONFIG", "")
"""The file that the settings must be in; empty where none is named."""


class NoFileError(SettingsError):
    """The file that CORRIGENDA_CONFIG names cannot be read; the message is a sentence for the operator."""


class Options(BaseSettings):
    """What an operator may set; `corrigenda settings` prints this list.

    An option is read from the environment as CORRIGENDA_NAME (SECRET_KEY and DATABASE_URL without the prefix
    too), else from the file that CORRIGENDA_CONFIG names (default: corrigenda.toml in the working directory),
    else it has its default. Raises NoFileError where a file is named and cannot be read.
    """

    model_config = SettingsConfigDict(
        env_prefix="CORRIGENDA_",
        toml_file=NAMED_FILE or "corrigenda.toml",
        extra="forbid",
        populate_by_name=True,
        validate_default=True,
    )

    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Signs sessions and links. Missing, it is made on the first start and kept.",
        validation_alias=AliasChoices("secret_key", "corrigenda_secret_key"),
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="postgres://… for PostgreSQL; empty for the SQLite file in the data folder.",
        validation_alias=AliasChoices("database_url", "corrigenda_database_url"),
    )
    data_dir: Path = Field(
        default=Path("var"), description="Folder for the database file and the secret key."
    )
    files_dir: Path | None = Field(
        default=None,
        description="Folder under which administrators may choose those of a files connector; empty: none.",
    )
    public_url: str = Field(
        default="http://localhost:8000",
        description="Where readers and editors reach this desk, without a final slash.",
    )
    allowed_hosts: list[str] = Field(
        default_factory=list, description="Further host names that requests may ask for, as a JSON list."
    )
    hsts_subdomains: bool = Field(
        default=True,
        description="Browsers use https for sub-domains of the desk's host too; false where one has none.",
    )
    host: str = Field(default="127.0.0.1", description="Address that `corrigenda serve` listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that `corrigenda serve` listens on.")
    workers: int = Field(default=1, ge=1, le=64, description="Server processes; one is right for SQLite.")
    threads: int = Field(
        default=8, ge=1, le=256, description="Threads of each server process that make pages."
    )
    member_threads: int = Field(
        default=2,
        ge=0,
        le=255,
        description="Of these, how many strangers never get: kept for browsers that a member signed in with.",
    )
    connections: int = Field(
        default=4096,
        ge=16,
        description="Connections that each server process keeps open at once; further ones wait.",
    )
    header_seconds: float = Field(
        default=15.0,
        ge=1,
        le=600,
        description="How long the head of a request may take, and a connection may wait for its next one.",
    )
    header_bytes: int = Field(
        default=65_536,
        ge=8_192,
        le=1_048_576,
        description="How large the head of a request may be, in bytes; larger ones are answered 431.",
    )
    body_seconds: float = Field(
        default=20.0,
        ge=0.1,
        le=600,
        description="How long the body of a request may take to arrive as a whole; then it is answered 408.",
    )
    bodies: int = Field(
        default=1000,
        ge=1,
        description="Bodies that may be on their way at once in each server process; "
        "more end the oldest, 408.",
    )
    bodies_a_network: int = Field(
        default=32,
        ge=1,
        description="As many from one network (IPv4 /24, IPv6 /48); more end the oldest of that network.",
    )
    reader_seconds: float = Field(
        default=30.0,
        ge=1,
        le=600,
        description="How long a reader may take nothing of an answer before the connection is ended (Linux).",
    )
    http2: bool = Field(
        default=False,
        description="Speak HTTP/2 without TLS to those who ask for it. Proxies do not need it.",
    )
    session_idle_hours: float = Field(
        default=12.0, ge=0.25, le=744, description="Hours without activity after which a session ends."
    )
    session_hours: float = Field(
        default=24.0, ge=0.25, le=744, description="Hours after sign-in that a session ends in any case."
    )
    kept_session_idle_hours: float = Field(
        default=72.0,
        ge=0.25,
        le=744,
        description="Idle hours after which a session ends whose member asked to stay signed in.",
    )
    kept_session_days: float = Field(
        default=14.0,
        gt=0,
        le=31,
        description="Days after sign-in that a session ends whose member asked to stay signed in.",
    )
    audit_days: int = Field(
        default=365,
        ge=30,
        le=3650,
        description="Days that the audit log is kept; failed sign-ins are kept for at most 30 of them.",
    )
    debug: bool = Field(default=False, description="Error pages with details. Never in public.")
    language: str = Field(
        default="en", description="Language where neither reader nor site asks for another."
    )
    time_zone: str = Field(default="UTC", description="Time zone of the desk, such as Europe/Kyiv.")
    mail_host: str = Field(default="", description="SMTP server; empty turns mail off.")
    mail_port: int = Field(default=587, ge=1, le=65535, description="Port of the SMTP server.")
    mail_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the SMTP connection is protected: starttls, tls or none."
    )
    mail_user: str = Field(default="", description="Name for the SMTP server; empty for none.")
    mail_password: SecretStr = Field(default=SecretStr(""), description="Password for the SMTP server.")
    mail_from: str = Field(
        default="corrections@localhost",
        description="Sender of the answers; its domain is that of the Message-IDs.",
    )
    security_contact: str = Field(
        default="",
        pattern=r"^$|^mailto:[!-~]+@[!-~]+$|^https://[!-~]+$",
        description="Whom security.txt names: mailto:… or https://…; empty for the sender of the answers.",
    )
    mail_letters_a_day: int = Field(
        default=3,
        ge=0,
        description="Letters that one mailbox gets within 24 hours; further ones wait. 0 for any number.",
    )
    mailbox_address: str = Field(
        default="",
        pattern=r"^$|^[^\s@<>+]+@[^\s@<>]+$",
        description="Where readers write to; answers to letters come back to it with +token. Empty for none.",
    )
    mailbox_sites: dict[str, str] = Field(
        default_factory=dict,
        description='Whose mail an address receives, as JSON: {"corrections@gazette.example": "gazette"}.',
    )
    mailbox_host: str = Field(default="", description="IMAP server of the mailbox; empty turns fetching off.")
    mailbox_port: int = Field(default=993, ge=1, le=65535, description="Port of the IMAP server.")
    mailbox_security: Literal["tls", "starttls", "none"] = Field(
        default="tls", description="How the IMAP connection is protected: tls, starttls or none."
    )
    mailbox_ca_file: str = Field(
        default="", description="Certificates (PEM) to trust for the IMAP server; empty for the system's."
    )
    mailbox_user: str = Field(default="", description="Name for the IMAP server.")
    mailbox_password: SecretStr = Field(default=SecretStr(""), description="Password for the IMAP server.")
    mailbox_folder: str = Field(default="INBOX", description="Folder of the mailbox that is fetched.")
    mailbox_done_folder: str = Field(
        default="", description="Folder that mails are moved to when they are taken in; empty leaves them."
    )
    mailbox_bytes: int = Field(
        default=25_000_000, ge=100_000, description="How large a mail may be, in bytes."
    )
    mailbox_seconds: float = Field(
        default=10.0,
        gt=0,
        le=300,
        description="How long reading a mail may take; one that takes longer is set aside unread.",
    )
    mailbox_file_bytes: int = Field(
        default=5_000_000, ge=0, description="How large a file that comes with a mail may be, in bytes."
    )
    mailbox_files_bytes: int = Field(
        default=15_000_000, ge=0, description="How large the files of one mail may be together, in bytes."
    )
    mailbox_reports_a_day: int = Field(
        default=20,
        ge=0,
        description="Reports that one sender may mail within 24 hours; further ones are held. 0: any number.",
    )
    mailbox_site_reports_a_day: int = Field(
        default=500,
        ge=0,
        description="Reports that one site gets by mail in 24 hours; further ones are held. 0: any number.",
    )
    mailbox_kept_bytes: int = Field(
        default=1_000_000_000,
        ge=0,
        description="Bytes of mails set aside, and of long texts and files nobody has decided about. 0: any.",
    )
    mailbox_free_bytes: int = Field(
        default=500_000_000,
        ge=0,
        description="Bytes that the disk must have free for a mail to be taken in; else it waits.",
    )
    mailbox_answers_a_day: int = Field(
        default=20,
        ge=0,
        description="Answers that one report gets by mail in 24 hours; further ones are set aside. 0: any.",
    )
    retention_days: int = Field(
        default=90,
        ge=0,
        le=3650,
        description="Days after a case closes until what identifies its readers is deleted; 0 for never.",
    )
    undo_seconds: float = Field(
        default=10.0, ge=0, le=3600, description="How long a decision waits, so that it can be undone."
    )
    worker_seconds: float = Field(
        default=1.0, gt=0, le=60, description="How often the worker looks for work."
    )
    recheck_seconds: float = Field(
        default=60.0, ge=0, description="How often a page is read again while a fix made by hand is awaited."
    )
    fetch_seconds: float = Field(default=10.0, gt=0, le=120, description="How long fetching a page may take.")
    fetch_bytes: int = Field(
        default=5_000_000, ge=10_000, description="How large a fetched page may be, in bytes."
    )
    report_bytes: int = Field(
        default=64_000, ge=8_000, description="How large the body of a report may be, in bytes."
    )
    front_door: bool = Field(
        default=True,
        description="Take reports in before Django, many a commit; false for the plain view, one a commit.",
    )
    report_queue: int = Field(
        default=56,
        ge=1,
        le=1000,
        description="Reports that may wait for the disk in each server process; more are answered 503.",
    )
    report_bytes_a_day: int = Field(
        default=5_000_000,
        ge=0,
        description="Bytes of reports that one network may send at once, given back over a day; 0 for any.",
    )
    report_free_bytes: int = Field(
        default=200_000_000,
        ge=0,
        description="Bytes that the disk must have free for a report to be taken in; else the answer is 503.",
    )
    report_limit: int = Field(
        default=60,
        ge=0,
        description="Reports that one network (IPv4 /24, IPv6 /48) may send at once; 0 for any number.",
    )
    report_limit_seconds: float = Field(
        default=600.0, gt=0, description="In how many seconds a network gets that number of reports back."
    )
    challenge_reports: int = Field(
        default=60,
        ge=0,
        description="Reports that a site takes at once before further ones must solve a puzzle; 0: never.",
    )
    challenge_seconds: float = Field(
        default=60.0, gt=0, description="In how many seconds a site gets that number of reports back."
    )
    challenge_number: int = Field(
        default=50_000,
        ge=1,
        le=10_000_000,
        description="How hard the puzzle is: the highest number that is tried; half of them on average.",
    )
    flood_reports: int = Field(
        default=30,
        ge=0,
        description="Reports of different words of one article before further ones are held, for one "
        "network a third; 0: never.",
    )
    flood_seconds: float = Field(
        default=600.0, gt=0, description="In how many seconds so many reports of one article are a flood."
    )
    trusted_proxies: list[IPv4Network | IPv6Network] = Field(
        default_factory=list,
        description="Networks of your own proxies, as a JSON list: what they say of a sender is believed.",
    )

    @field_validator("files_dir", mode="before")
    @classmethod
    def _no_folder(cls, value: object) -> object:
        # An empty path would be the working directory, which nobody has allowed.
        return None if value == "" else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the signature is the library's)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments, environment, file."""
        file = Path(NAMED_FILE).expanduser()
        # The library passes over a file that is not there, and the defaults are another, empty database.
        if NAMED_FILE and not (os.access(file, os.R_OK) and file.is_file()):
            raise NoFileError(
                f"CORRIGENDA_CONFIG names {file}: there is no such file, or this user may not read it."
            )
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def keep_secret_key(options: Options) -> str:
    """Return the secret key, making one and keeping it in the data folder (mode 0600) on the first start.

    Two processes that start together agree: the file appears whole or not at all, and the first one wins.
    """
    given = options.secret_key.get_secret_value()
    if given:
        return given
    path = options.data_dir / "secret_key"
    if not path.exists():
        make_private_folder(options.data_dir)
        draft = options.data_dir / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
