"""Writing the audit: every look at and change of what is protected has a name on it (P7).

An entry is written in the transaction of the act itself, so there is neither without the other. Entries hold ids,
codes and counts; never a number, a name or a text. How they are sealed: audit_sealing.py; who may read them:
app.oversight.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.acts import Act
from app.platform.db import Tx


async def record_act(
    tx: Tx,
    act: Act,
    *,
    by: UUID | None,
    target_kind: str,
    target_id: UUID | str,
    now: datetime,
    line_id: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Enter one act by `by` (None: the service itself) upon a target; `facts` are ids, codes and counts."""
    await tx.execute(
        """INSERT INTO audit_entry (at, person_id, act, target_kind, target_id, line_id, facts)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        now, by, act.value, target_kind, str(target_id), line_id, dict(facts or {}),
    )  # fmt: skip
