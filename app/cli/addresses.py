"""Where we listen, and under which address somebody on this machine reaches us."""

import socket

from app.cli.failures import CommandFailed
from app.settings import Settings

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 recognised here, not bound to


def bind(host: str, port: int, *, setting: str) -> socket.socket:
    """A listening socket; raises CommandFailed with one sentence when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Seen only here: bind() succeeds where another process has bound with SO_REUSEADDR and not listened yet.
        listener.listen(2048)
    except OSError as failure:
        listener.close()
        raise CommandFailed(
            f"Port {port} of {host} cannot be used ({failure.strerror}): stop whatever uses it, or choose another "
            f"with {setting}."
        ) from failure
    return listener


def reachable_host(host: str) -> str:
    """The host to put into a URL for somebody on this machine."""
    if host in EVERYWHERE:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def at_this_address(settings: Settings) -> Settings:
    """The same, with an absolute data folder and, where none is named, a public base URL that is our own address."""
    changed: dict[str, object] = {"data_dir": settings.data_dir.absolute()}
    if "public_base_url" not in settings.model_fields_set:
        changed["public_base_url"] = f"http://{reachable_host(settings.host)}:{settings.port}"
    return settings.model_copy(update=changed)
