"""Every setting, from the environment with the prefix HOTLINE_. A wrong one stops the start with one sentence."""

import base64
import binascii
import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class SettingsWrong(Exception):  # noqa: N818 the message is for a person: what is wrong, what to set
    """A setting is missing or wrong."""


def thirty_two_bytes(secret: str) -> bytes:
    """The key behind a base64 text; raises ValueError unless it is 32 bytes long."""
    try:
        key = base64.b64decode(secret, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValueError("must be 32 random bytes in base64; make one with: openssl rand -base64 32")
    return key


class Settings(BaseSettings):
    """The service's configuration, read once at the start and never changed."""

    model_config = SettingsConfigDict(env_prefix="HOTLINE_", frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr | None = None  # unset: the embedded PostgreSQL in data_dir
    data_dir: Path = Path(".hotline")
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    work_port: int | None = Field(default=None, ge=1, le=65535)  # unset: a worker opens no port
    public_base_url: str = "http://127.0.0.1:8080"
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_auth_token_previous: SecretStr = SecretStr("")
    twilio_api_base_url: str = "https://api.twilio.com"
    twilio_api_key_sid: str = ""
    twilio_api_key_secret: SecretStr = SecretStr("")
    twilio_fallback_url: str = ""  # where deploy/twilio/fallback.xml is hosted, away from this service
    pseudonym_key: SecretStr | None = None
    pseudonym_key_id: str = "p1"
    pseudonym_keys_other: SecretStr = SecretStr("")  # id:key,id:key: earlier ones, or the next one
    seal_key: SecretStr | None = None
    seal_key_id: str = "k1"
    seal_keys_other: SecretStr = SecretStr("")
    keyring_file: Path | None = None  # instead of the six above; app.platform.keyring has its form
    keyring_command: str = ""
    vault_retention_days: int = Field(default=90, ge=1, le=3650)  # a caller's number, after the last contact
    vault_minutes_at_most: int = Field(default=10, ge=1, le=60)  # how long the vault is opened for
    instrument_weights: Annotated[tuple[Path, ...], NoDecode] = ()  # files of points for scales that come without
    retention_periods: Path | None = None  # a folder of files like app/casework/retention/periods; unset: those
    wrap_up_kept_hours: int = Field(default=12, ge=1, le=168)  # open for somebody who is not heard of any more
    note_locks_after_hours: int = Field(default=24, ge=1, le=720)  # from then on a note is amended, not changed
    review_percent: int = Field(default=10, ge=0, le=100)  # of the notes that are not of high risk; those all are
    review_within_hours: int = Field(default=168, ge=1, le=2160)
    review_high_risk_within_hours: int = Field(default=24, ge=1, le=720)
    export_smallest_cell: int = Field(default=5, ge=2, le=1000)  # smaller counts are hidden in exports
    log_pretty: bool = False
    demo: bool = False
    reconcile_every_s: int = Field(default=60, ge=5)
    database_pool_size: int = Field(default=12, ge=2, le=200)

    @field_validator("public_base_url", "twilio_api_base_url")
    @classmethod
    def _is_a_base_url(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// (or http:// on one machine)")
        return value.rstrip("/")

    @field_validator("instrument_weights", mode="before")
    @classmethod
    def _are_paths(cls, value: object) -> object:
        return [part for part in value.split(os.pathsep) if part] if isinstance(value, str) else value

    @field_validator("pseudonym_key", "seal_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            thirty_two_bytes(value.get_secret_value())
        return value

    @property
    def https(self) -> bool:
        """Whether people reach us over TLS."""
        return self.public_base_url.startswith("https://")

    def pseudonym_key_bytes(self) -> bytes:
        """The key of the callers' pseudonyms (32 bytes)."""
        return self._key("pseudonym_key", self.pseudonym_key)

    def seal_key_bytes(self) -> bytes:
        """The key that seals numbers and second-factor secrets (32 bytes)."""
        return self._key("seal_key", self.seal_key)

    def _key(self, name: str, given: SecretStr | None) -> bytes:
        if given is not None:
            return thirty_two_bytes(given.get_secret_value())
        if self.database_url is not None:
            # With a database of its own a key that lives only on this machine's disk would lock the data away.
            raise SettingsWrong(f"HOTLINE_{name.upper()} is not set; set it to the output of: openssl rand -base64 32")
        return _key_file(self.data_dir / f"{name}.secret")


def _key_file(path: Path) -> bytes:
    """A key kept in a 0600 file beside the embedded database, made when first needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return thirty_two_bytes(path.read_text().strip())
    with os.fdopen(handle, "w") as file:
        file.write(base64.b64encode(os.urandom(32)).decode())
    return thirty_two_bytes(path.read_text().strip())


def read_settings() -> Settings:
    """The settings of this process; raises SettingsWrong with one sentence that says what to set."""
    try:
        return Settings()
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsWrong(f"HOTLINE_{name} is wrong: {first['msg'].removeprefix('Value error, ')}") from None
