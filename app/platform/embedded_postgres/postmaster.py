"""The server process: whether the one named in the pid file is really ours, starting it, and clearing what is left.

A pid alone proves nothing: after a crash it may belong to somebody else. A postmaster works in its data folder, so a
process is ours when its working folder is the cluster. Where the system does not show that (not Linux) its command
line must name the cluster.
"""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

from app.platform.embedded_postgres.cluster import PORT, Cluster

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "max_parallel_workers_per_gather": "0",  # short queries on small machines, and containers have little /dev/shm
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "cluster_name": "hotline",
    "logging_collector": "off",
    "log_checkpoints": "off",
    # An error's text and statement may quote a caller's words or number (P5); the application gets them anyway.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
LOG_KEPT_BYTES = 10_000_000
# Pids of servers that this process started and that have not ended.
_children: set[int] = set()


def launch(cluster: Cluster, *, durable: bool) -> int:
    """Start the server in a session of its own, where neither our Ctrl-C nor our death reaches it; its pid."""
    settings = _SETTINGS | {"unix_socket_directories": str(cluster.socket_folder)}
    if cluster.binaries.major >= 18:
        settings["io_method"] = "sync"  # saves three processes
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    command = [str(cluster.binaries.folder / "postgres"), "-D", str(cluster.folder)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    if cluster.log_file.exists() and cluster.log_file.stat().st_size > LOG_KEPT_BYTES:
        cluster.log_file.rename(cluster.log_file.with_suffix(".log.old"))
    with os.fdopen(os.open(cluster.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as log_file:
        child = subprocess.Popen(
            command,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=log_file,
            stderr=log_file,
            start_new_session=True,
            user=cluster.account.user,
            group=cluster.account.group,
            extra_groups=cluster.account.groups,
        )
    child.returncode = 0  # disowned: it is meant to outlive us, and subprocess would warn of that
    _children.add(child.pid)
    return child.pid


def running_pid(cluster: Cluster) -> int | None:
    """The pid of the cluster's live server, or None: no file, a dead process, or somebody else's."""
    reap()
    lines = _pid_file(cluster)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if is_ours(pid, cluster.folder) else None


def socket_in_use(cluster: Cluster) -> Path:
    """The socket folder of the running server, which an earlier version of us may have chosen otherwise."""
    lines = _pid_file(cluster)
    return Path(lines[4]) if len(lines) > 4 and lines[4] else cluster.socket_folder


def is_ours(pid: int, folder: Path) -> bool:
    """Whether process `pid` is a PostgreSQL process at work in `folder`."""
    process = Path(f"/proc/{pid}")
    if process.exists():
        try:
            return process.joinpath("comm").read_text().startswith("postgres") and os.path.samefile(
                process / "cwd", folder
            )
        except OSError:  # a zombie, or another user's process: our server would be ours to look at
            return False
    if Path("/proc/self").exists():
        return False
    answer = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, timeout=10, check=False
    )
    return "postgres" in answer.stdout and str(folder) in answer.stdout


def remove_stale_pid_files(cluster: Cluster) -> None:
    """Remove lock files whose process is not our server; PostgreSQL itself trusts any live pid of the same user."""
    if running_pid(cluster) is None:
        (cluster.folder / "postmaster.pid").unlink(missing_ok=True)
        for leftover in cluster.socket_folder.glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)


def end_orphans(cluster: Cluster, how: signal.Signals) -> int:
    """Signal backends that outlived their postmaster and keep its shared memory; how many were there (Linux only)."""
    found = 0
    if running_pid(cluster) is not None or not Path("/proc").exists():
        return found
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and is_ours(int(process.name), cluster.folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(process.name), how)
                found += 1
    return found


def is_running_child(pid: int | None) -> bool:
    """Whether the server that `launch` started as `pid` is still there, pid file or not."""
    reap()
    return pid in _children


def reap() -> None:
    """Collect our children that have ended, so that no zombie passes for a live server."""
    for pid in list(_children):
        try:
            ended = os.waitpid(pid, os.WNOHANG)[0] == pid
        except ChildProcessError:
            ended = True
        if ended:
            _children.discard(pid)


def _pid_file(cluster: Cluster) -> list[str]:
    try:
        return (cluster.folder / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []
