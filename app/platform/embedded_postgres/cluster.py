"""Where the cluster, its socket and its passwords are, and how a new cluster is made.

In the data folder: `postgres/` (the cluster), `database-passwords.json` (0600), `database.log`, two lock files, and
`database-location` when the cluster had to go where the server's user can reach it.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from app.platform.embedded_postgres.accounts import ELSEWHERE, Account, choose_account
from app.platform.embedded_postgres.binaries import Binaries, find_binaries
from app.platform.embedded_postgres.failures import DatabaseUnavailable

PORT = 5432  # names the socket file only: nothing listens on TCP
LONGEST_SOCKET_FOLDER = 90  # bytes; sun_path holds 107 and the file's name needs 14
ROLE = "hotline"
SUPERUSER = "postgres"


@dataclass(frozen=True)
class Cluster:
    """A cluster that exists on disk, running or not."""

    data_dir: Path
    folder: Path
    socket_folder: Path
    account: Account
    binaries: Binaries
    passwords: dict[str, str]

    @property
    def log_file(self) -> Path:
        """Where the server writes what it has to say."""
        return self.data_dir / "database.log"

    def url(self, role: str, database: str, socket_folder: Path) -> str:
        """An asyncpg URL over the unix socket."""
        where = f"host={quote(str(socket_folder), safe='/')}&port={PORT}"
        return f"postgresql://{role}:{quote(self.passwords[role], safe='')}@/{database}?{where}"


def open_cluster(data_dir: Path, *, use_wheel: bool = True) -> Cluster:
    """Find the cluster of `data_dir` or make it. Raises DatabaseUnavailable; call it under the start lock."""
    try:
        folder = _known_place(data_dir)
        account = choose_account(folder or data_dir / "postgres")
        folder = folder or _new_place(data_dir, account)
        if (folder / "PG_VERSION").exists() and not account.may_enter(folder):
            raise DatabaseUnavailable(
                f"The database in {folder} is closed to user id {account.uid}, under which PostgreSQL runs: give that "
                "user a way through the folders above it, or start this program as the folder's owner."
            )
        socket_folder = _socket_folder(folder, account)
        passwords = _passwords(data_dir, new=not (folder / "PG_VERSION").exists())
        binaries = find_binaries(account, made_by=_made_by(folder), use_wheel=use_wheel)
        if not (folder / "PG_VERSION").exists():
            _make(folder, account, binaries, passwords[SUPERUSER], socket_folder)
    except OSError as failure:
        raise unusable(data_dir, failure) from failure
    return Cluster(data_dir, folder, socket_folder, account, binaries, passwords)


def open_data_dir(data_dir: Path) -> Path:
    """The absolute data folder, created when missing and tried for writing."""
    data_dir = Path(os.path.abspath(data_dir))
    try:
        if not data_dir.exists():
            data_dir.parent.mkdir(parents=True, exist_ok=True)
            # Root's server runs as another user, who must pass through but not look around.
            data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
        if not os.access(data_dir, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as failure:
        raise unusable(data_dir, failure) from failure
    return data_dir


def unusable(data_dir: Path, failure: OSError) -> DatabaseUnavailable:
    """The sentence for a folder that the system does not let us use."""
    at = f" at {failure.filename}" if failure.filename and str(failure.filename) != str(data_dir) else ""
    return DatabaseUnavailable(
        f"The data folder {data_dir} cannot be used ({failure.strerror or failure}{at}): make it writable for this "
        "account, or set HOTLINE_DATA_DIR to a folder that is."
    )


def _known_place(data_dir: Path) -> Path | None:
    pointer = data_dir / "database-location"
    if not pointer.exists():
        return data_dir / "postgres" if (data_dir / "postgres").exists() else None
    folder = Path(pointer.read_text().strip())
    if not folder.parent.is_dir():
        raise DatabaseUnavailable(
            f"{pointer} says that the database is in {folder}, which is gone: restore that folder from a backup, or "
            f"remove {pointer} to begin with an empty database."
        )
    return folder


def _new_place(data_dir: Path, account: Account) -> Path:
    if account.may_enter(data_dir):
        return data_dir / "postgres"
    ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
    home = ELSEWHERE / secrets.token_hex(6)
    home.mkdir(mode=0o711)
    _write_private(data_dir / "database-location", f"{home / 'postgres'}\n")
    return home / "postgres"


def _made_by(folder: Path) -> int | None:
    version = folder / "PG_VERSION"
    if version.exists():
        return int(version.read_text().split(".")[0])
    if folder.exists() and any(folder.iterdir()):
        raise DatabaseUnavailable(
            f"{folder} is not a PostgreSQL data folder though it has files in it: move it away, or set "
            "HOTLINE_DATA_DIR to another folder."
        )
    return None


def _socket_folder(folder: Path, account: Account) -> Path:
    """A private folder with a short, plain path: beside the cluster, else under /tmp."""
    place = folder.with_name("socket")
    if len(os.fsencode(place)) > LONGEST_SOCKET_FOLDER or not re.fullmatch(r"[\w./-]+", str(place), re.ASCII):
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        place = Path(f"/tmp/hotline-{account.uid}-{digest}")  # noqa: S108 short, and its owner is checked below
    if not place.exists():
        place.mkdir(mode=0o700)
        account.give(place)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
        raise DatabaseUnavailable(
            f"{place}, where the database's socket belongs, is not a private folder of user id {account.uid}: "
            "remove it, then start again."
        )
    return place


def _passwords(data_dir: Path, *, new: bool) -> dict[str, str]:
    file = data_dir / "database-passwords.json"
    if file.exists():
        kept: dict[str, str] = json.loads(file.read_text())
        return kept
    if not new:
        raise DatabaseUnavailable(
            f"The database's passwords are missing from {file}: restore that file from the backup of the data folder."
        )
    passwords = {role: secrets.token_urlsafe(32) for role in (SUPERUSER, ROLE)}
    _write_private(file, json.dumps(passwords))
    return passwords


def _write_private(file: Path, text: str) -> None:
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(file)


def _make(folder: Path, account: Account, binaries: Binaries, password: str, scratch: Path) -> None:
    """Make the cluster beside its place and move it in whole, so that a kill leaves nothing half made."""
    for leftover in folder.parent.glob("postgres.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    # A name of its own, since a killed start's initdb may still be writing into the draft it was given.
    draft = folder.with_name(f"postgres.new-{secrets.token_hex(4)}")
    draft.mkdir(mode=0o700)
    account.give(draft)
    password_file = scratch / "password"
    _write_private(password_file, password)
    account.give(password_file)
    # Without an UTF-8 character type pg_trgm finds no trigrams in Chinese text; 15 and 16 lack the builtin provider.
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if binaries.major >= 17 else []
    try:
        answer = account.run(
            [
                str(binaries.folder / "initdb"),
                f"--pgdata={draft}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                *builtin,
            ]
        )
    finally:
        password_file.unlink(missing_ok=True)
    if answer.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        said = [line for line in answer.stderr.splitlines() if "error:" in line or "FATAL" in line]
        reason = (said or answer.stderr.splitlines() or ["no reason given"])[0].strip()
        raise DatabaseUnavailable(
            f"PostgreSQL {binaries.major} could not make a database in {folder.parent} ({reason}): free some disk "
            "space or set HOTLINE_DATA_DIR to another folder."
        )
    if folder.exists():
        folder.rmdir()  # empty: _made_by looked
    draft.rename(folder)
