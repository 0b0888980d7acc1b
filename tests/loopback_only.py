"""No test reaches beyond this machine: a connection to anything but loopback or a local socket fails where it is made.

An audit hook, so that it holds for every socket of the process, whatever library opened it. It cannot be taken off
again, and does not reach the processes that tests start.
"""

import ipaddress
import sys
from typing import Any

LOCAL_NAMES = frozenset({"localhost", "ip6-localhost", ""})
_on = False


class OutsideConnection(RuntimeError):  # noqa: N818 the message is a sentence for a developer
    """A test tried to talk to the world."""


def is_local(host: str) -> bool:
    """Whether an address or a name stands for this machine."""
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _look(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = args[1]
        if isinstance(address, tuple) and not is_local(str(address[0])):
            raise OutsideConnection(f"A test connects to {address[0]}; tests stay on this machine.")
    elif event == "socket.getaddrinfo":
        host = args[0].decode() if isinstance(args[0], bytes) else args[0]
        if host is not None and host != "0.0.0.0" and not is_local(host):  # noqa: S104 compared, not bound
            raise OutsideConnection(f"A test looks {host} up; tests stay on this machine.")


def stay_on_this_machine() -> None:
    """From now on, and for as long as the process lives."""
    global _on  # noqa: PLW0603 a hook is for ever, so there must be one only
    if not _on:
        _on = True
        sys.addaudithook(_look)
