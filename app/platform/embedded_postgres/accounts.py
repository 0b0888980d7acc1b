"""Under whose account the server runs: PostgreSQL refuses root, so root hands it to a system user of its own.

`nobody` is never used: other daemons share it, and would own the data with us. People's folders are never chmodded:
what that user cannot reach is put under /var/lib/hotline instead.
"""

import grp
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from app.platform.embedded_postgres.failures import DatabaseUnavailable

OWN_USER = "hotline-postgres"
FALLBACK_USER = "postgres"
ELSEWHERE = Path("/var/lib/hotline")
# The caller's environment (locale, PG* variables, secrets) is none of the server's business.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C"}


@dataclass(frozen=True)
class Account:
    """Who the server runs as. `switch` is true when we are root and step down to it."""

    uid: int
    gid: int
    switch: bool

    def run(self, command: list[str], *, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
        """Run `command` to its end as this account; raises OSError when it cannot even be started."""
        return subprocess.run(
            command,
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
            start_new_session=True,
            user=self.user,
            group=self.group,
            extra_groups=self.groups,
        )

    @property
    def user(self) -> int | None:
        """What `subprocess` is to make the child's user; None changes nothing."""
        return self.uid if self.switch else None

    @property
    def group(self) -> int | None:
        """The same for its group."""
        return self.gid if self.switch else None

    @property
    def groups(self) -> list[int] | None:
        """The same for its other groups: none of root's."""
        return [] if self.switch else None

    def may_enter(self, folder: Path) -> bool:
        """Whether this account can pass through `folder` (asked of the system, which knows about ACLs)."""
        if not self.switch:
            return os.access(folder, os.X_OK)
        return self.run(["test", "-x", str(folder)]).returncode == 0

    def give(self, path: Path) -> None:
        """Make this account the owner of `path`, which we have just created."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def choose_account(cluster: Path) -> Account:
    """The account to run under: ourselves, or as root the cluster's owner, else a system user of our own."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return _tried(Account(owner.st_uid, owner.st_gid, switch=True))
    entry = _entry(OWN_USER) or _created() or _entry(FALLBACK_USER)
    if entry is None:
        raise DatabaseUnavailable(
            "PostgreSQL does not run as root and no system user could be created for it: start this program as an "
            f"ordinary user, or create the user once with `useradd --system {OWN_USER}`."
        )
    return _tried(Account(entry.pw_uid, entry.pw_gid, switch=True))


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _created() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path=ENVIRONMENT["PATH"])
    if useradd is None:
        return None
    shell = "/usr/sbin/nologin" if Path("/usr/sbin/nologin").exists() else "/bin/false"
    group = ["--gid", OWN_USER] if any(g.gr_name == OWN_USER for g in grp.getgrall()) else ["--user-group"]
    subprocess.run(
        [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", shell, *group, OWN_USER],
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,  # two starts at once: the loser finds the user the winner made
    )
    return _entry(OWN_USER)


def _tried(account: Account) -> Account:
    try:
        works = account.run(["true"]).returncode == 0
    except OSError:
        works = False
    if not works:
        raise DatabaseUnavailable(
            f"PostgreSQL does not run as root and this container does not let us switch to user id {account.uid}: "
            "start this program as an ordinary user, or set HOTLINE_DATABASE_URL to a PostgreSQL you run."
        )
    return account
