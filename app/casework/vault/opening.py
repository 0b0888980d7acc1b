"""Breaking the glass: asking, agreeing, looking, and what becomes of it (app.domain.break_glass has the table).

Each verb locks the opening, so of two people who answer at once one counts; the other is told how it stands. The
moment itself is asked before the stored state: an answer or a look that comes after the end is refused, whether or
not a timer has been there. Every step is in the audit, and so is every single look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.casework.redacting import RedactedText
from app.casework.vault.keeping import Vault, kinds_kept
from app.casework.vault.looking import in_the_clear
from app.casework.vault.rows import ENTITY, contacts_of_opening, lock_opening, state_of, write_opening
from app.casework.vault.schemas import Look, NewOpening
from app.domain.acts import Act
from app.domain.break_glass import (
    LAPSES_AFTER,
    REVIEW_WITHIN,
    Finding,
    OpeningEvent,
    OpeningState,
    apply,
    may_open_alone,
    two_people,
)
from app.domain.errors import Forbidden, Invalid, NotFound, NotPossibleNow
from app.domain.free_text import read_free_text
from app.domain.lifecycle import Late, Refused
from app.platform.audit import record_act
from app.platform.changes import record_change
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import cancel_timer, set_timer
from app.roster.notices import give_notice

log = get_log()

OPENING_OVER: Final = "vault_opening"
"""The timer that ends a request, or the time in which somebody may look."""
REVIEW_DUE: Final = "vault_review"
"""The timer that reminds the supervisors of what one person opened alone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to look at, found and within their reach.

    `contact_ids`: all of it, as it is now. It is kept with the request, and neither the second person nor a look is
    shown more.
    """

    contact_id: UUID
    subject_id: UUID | None
    line_id: str | None
    contact_ids: Sequence[UUID]


async def request_opening(
    tx: Tx, vault: Vault, asked: Asked, body: NewOpening, reason: RedactedText, *, by: UUID, now: datetime
) -> UUID:
    """Ask for an identity, or open it alone for an act in progress; the opening's id. The supervisors are alarmed.

    Raises Invalid, or NotPossibleNow when the vault has nothing of that kind.
    """
    if body.minutes > vault.minutes_at_most:
        raise Invalid(
            f"The vault is opened for at most {vault.minutes_at_most} minutes. 保险库每次最多打开 "
            f"{vault.minutes_at_most} 分钟。",
            fields={"minutes": f"is at most {vault.minutes_at_most}"},
        )
    if body.single_handed and not may_open_alone(body.reason_code):
        raise Invalid(
            "One person alone opens the vault only while an attempt or violence is under way; otherwise a second one "
            "agrees. 只有自杀或伤害行为正在发生时才能一人打开；其他情况须由第二人同意。",
            fields={"single_handed": "needs the reason act_in_progress"},
        )
    if not any(character.isalpha() for character in read_free_text(body.reason, field="reason")):
        raise Invalid(
            "Say in words why you ask; the second person decides by it, and whoever reviews it reads it. "
            "请用文字写明查看原因：批准人据此决定，复核人也会查看。",
            fields={"reason": "has no word in it"},
        )
    if body.kind not in await kinds_kept(tx, asked.contact_ids):
        raise NotPossibleNow("The vault holds nothing of this kind for this caller. 保险库中没有该来电者的此项信息。")
    opening_id = fresh_id()
    state = OpeningState.OPEN_ALONE if body.single_handed else OpeningState.REQUESTED
    open_until = now + timedelta(minutes=body.minutes) if body.single_handed else None
    await tx.execute(
        """INSERT INTO vault_opening (id, contact_id, subject_id, line_id, kind, reason_code, reason, minutes,
             single_handed, state, requested_by, requested_at, lapses_at, open_until, review_due_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)""",
        opening_id, asked.contact_id, asked.subject_id, asked.line_id, body.kind, body.reason_code.value, str(reason),
        body.minutes, body.single_handed, state.value, by, now, now + LAPSES_AFTER, open_until,
        now + REVIEW_WITHIN if body.single_handed else None,
    )  # fmt: skip
    await tx.executemany(
        "INSERT INTO vault_opening_contact (opening_id, contact_id) VALUES ($1, $2)",
        [(opening_id, each) for each in asked.contact_ids if each != asked.contact_id],
    )
    await set_timer(tx, OPENING_OVER, opening_id, due_at=open_until or now + LAPSES_AFTER, now=now)
    if body.single_handed:
        await set_timer(tx, REVIEW_DUE, opening_id, due_at=now + REVIEW_WITHIN, now=now)
    await record_change(tx, ENTITY, opening_id, at=now)
    alone = body.single_handed
    act, notice = (Act.VAULT_OPENED_ALONE, "vault_opened_alone") if alone else (Act.VAULT_REQUESTED, "vault_requested")
    facts = {"contact": str(asked.contact_id), "kind": body.kind, "reason": body.reason_code.value}
    await _enter(tx, act, opening_id, asked.line_id, by=by, now=now, facts={**facts, "minutes": body.minutes})
    await give_notice(tx, notice, about=by, contact_id=asked.contact_id, line_id=asked.line_id, now=now)
    if alone:
        log.warning(Log.VAULT_OPENED, opening=opening_id, contact=asked.contact_id, person=by)
    else:
        log.warning(Log.VAULT_REQUESTED, opening=opening_id, contact=asked.contact_id, person=by)
    return opening_id


async def approve(tx: Tx, opening_id: UUID, *, by: UUID, now: datetime) -> None:
    """A second person agrees: it is open from now on. Raises Forbidden for one's own, NotPossibleNow when over."""
    row = await _locked(tx, opening_id)
    if not two_people(row["requested_by"], by):
        raise Forbidden("Somebody else has to agree to what you ask for. 您的申请须由另一人批准。")
    if not _hears(row, OpeningEvent.APPROVED, now=now):
        return
    until = now + timedelta(minutes=row["minutes"])
    changes = {"state": OpeningState.OPEN.value, "decided_by": by, "decided_at": now, "open_until": until}
    await write_opening(tx, opening_id, changes, now=now)
    await set_timer(tx, OPENING_OVER, opening_id, due_at=until, now=now)
    await _enter(tx, Act.VAULT_APPROVED, opening_id, row["line_id"], by=by, now=now, facts=_whose(row))
    await give_notice(
        tx, "vault_opened", about=row["requested_by"], contact_id=row["contact_id"], line_id=row["line_id"], now=now
    )
    log.warning(Log.VAULT_OPENED, opening=opening_id, contact=row["contact_id"], person=by)


async def decline(tx: Tx, opening_id: UUID, *, by: UUID, now: datetime) -> None:
    """A second person does not agree. Raises Forbidden for one's own, NotPossibleNow when it is over or open."""
    row = await _locked(tx, opening_id)
    if not two_people(row["requested_by"], by):
        raise Forbidden("Somebody else answers what you ask for. 您的申请须由另一人处理。")
    if not _hears(row, OpeningEvent.REFUSED, now=now):
        return
    changes = {"state": OpeningState.REFUSED.value, "decided_by": by, "decided_at": now}
    await write_opening(tx, opening_id, changes, now=now)
    await cancel_timer(tx, OPENING_OVER, opening_id, now=now)
    await _enter(tx, Act.VAULT_DECLINED, opening_id, row["line_id"], by=by, now=now, facts=_whose(row))


async def look(tx: Tx, vault: Vault, opening_id: UUID, *, by: UUID, now: datetime) -> Look:
    """What the vault holds, in the clear, for the one who asked. Raises Forbidden for anybody else, NotPossibleNow
    when it is not open (any more), Unavailable naming the keys when none of it opens."""
    row = await _locked(tx, opening_id)
    if row["requested_by"] != by:
        raise Forbidden("Only the one who asked may look. 只有申请人本人可以查看。")
    _hears(row, OpeningEvent.LOOKED, now=now)
    seen = await in_the_clear(tx, vault, await contacts_of_opening(tx, row), row)
    await write_opening(tx, opening_id, {"looks": row["looks"] + 1, "looked_at": now}, now=now)
    facts = {**_whose(row), "values": len(seen.values), "not_opened": seen.not_opened}
    await _enter(tx, Act.VAULT_LOOKED, opening_id, row["line_id"], by=by, now=now, facts=facts)
    log.warning(Log.VAULT_LOOKED_INTO, opening=opening_id, contact=row["contact_id"], person=by)
    if seen.not_opened:
        log.alarm(Log.VAULT_NOT_ALL_OPENED, opening=opening_id, values=seen.not_opened, key=", ".join(seen.keys))
    return seen


async def review(tx: Tx, opening_id: UUID, finding: Finding, *, by: UUID, now: datetime) -> None:
    """Somebody else says whether it was right that one person opened it alone. Raises Forbidden, NotPossibleNow."""
    row = await _locked(tx, opening_id)
    if not two_people(row["requested_by"], by):
        raise Forbidden("Somebody else reviews what you opened alone. 您一人打开的须由另一人复核。")
    if not _hears(row, OpeningEvent.REVIEWED, now=now):
        return
    changes = {
        "state": OpeningState.REVIEWED.value,
        "reviewed_by": by,
        "reviewed_at": now,
        "finding": finding.value,
    }
    await write_opening(tx, opening_id, changes, now=now)
    for kind in (REVIEW_DUE, OPENING_OVER):
        await cancel_timer(tx, kind, opening_id, now=now)
    facts = {**_whose(row), "finding": finding.value}
    await _enter(tx, Act.VAULT_REVIEWED, opening_id, row["line_id"], by=by, now=now, facts=facts)


async def _locked(tx: Tx, opening_id: UUID) -> Any:
    row = await lock_opening(tx, opening_id)
    if row is None:
        raise NotFound
    return row


def _hears(row: Any, event: OpeningEvent, *, now: datetime) -> bool:
    """Whether the event counts now. False: somebody was first, and all is as the asker wants it."""
    state = state_of(row, now=now)
    verdict = apply(state, event)
    if isinstance(verdict, Refused):
        raise NotPossibleNow(f"This opening is {state}. 该申请当前状态不允许此操作。")
    return not isinstance(verdict, Late)


def _whose(row: Any) -> dict[str, str]:
    return {"contact": str(row["contact_id"]), "kind": row["kind"]}


async def _enter(
    tx: Tx, act: Act, opening_id: UUID, line_id: str | None, *, by: UUID, now: datetime, facts: dict[str, Any]
) -> None:
    await record_act(
        tx, act, by=by, target_kind="vault_opening", target_id=opening_id, line_id=line_id, now=now, facts=facts
    )
