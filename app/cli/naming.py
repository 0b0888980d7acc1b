"""Whose hand it was: what somebody changes at the command line is in the audit as well (P7)."""

import getpass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.acts import Act
from app.platform.audit import record_act
from app.platform.db import Tx


async def enter(
    tx: Tx, act: Act, kind: str, target_id: UUID | str, *, now: datetime, line_id: str | None = None, **facts: Any
) -> None:
    """Enter an act done at the command line: nobody is signed in there, so the machine's account is named."""
    await record_act(
        tx,
        act,
        by=None,
        target_kind=kind,
        target_id=target_id,
        line_id=line_id,
        now=now,
        facts={"at": "command_line", "account": _account(), **facts},
    )


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return "unknown"
