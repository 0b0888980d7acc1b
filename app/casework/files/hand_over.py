"""Handing a file over to another organisation (档案随人流转): asked for by the side that has custody, taken or refused
by the other. What ends and what stays with the acceptance: docs/adr/0014."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from app.casework.files.family import PSEUDONYM_OF, code_of
from app.casework.files.reach import SubjectFile
from app.casework.files.schemas import HandOver, OrganisationName
from app.casework.redacting import RedactedText
from app.domain.acts import Act
from app.domain.errors import Conflict, Invalid, NotFound, NotPossibleNow, StaleVersion
from app.domain.hand_over import HandOverEvent, HandOverState, apply
from app.domain.lifecycle import Moved
from app.domain.permissions import Permission
from app.people.access import Principal
from app.platform.audit import record_act
from app.platform.clock import fresh_id
from app.platform.crypto import Pseudonymiser
from app.platform.db import Tx
from app.roster.notices import give_notice

REQUESTED: Final = "file_hand_over"
"""The notice's kind, to the receiving side."""

_SHOWN: Final = f"""
    SELECT h.*, s.code, {PSEUDONYM_OF.format(subject="h.subject_id")} AS token,
      a.work_name AS asked_by, b.work_name AS answered_by
    FROM subject_hand_over h JOIN subject s ON s.id = h.subject_id JOIN person a ON a.id = h.requested_by
    LEFT JOIN person b ON b.id = h.ended_by
"""  # noqa: S608 the text is ours alone
_ACTS: Final = {
    HandOverEvent.ACCEPTED: Act.HAND_OVER_ACCEPTED,
    HandOverEvent.REFUSED: Act.HAND_OVER_REFUSED,
    HandOverEvent.WITHDRAWN: Act.HAND_OVER_WITHDRAWN,
}


def sides_of(principal: Principal, giving: str, receiving: str) -> list[Literal["giving", "receiving"]]:
    """Which sides this person may answer for: one needs the whole organisation, a line of it is not enough."""
    sides: list[Literal["giving", "receiving"]] = []
    if principal.may(Permission.FILE_HAND_OVER, organisation=giving):
        sides.append("giving")
    if principal.may(Permission.FILE_HAND_OVER, organisation=receiving):
        sides.append("receiving")
    return sides


def _hand_over(principal: Principal, pseudonymiser: Pseudonymiser, row: Any) -> HandOver:
    plain = ("id", "subject_id", "from_organisation", "to_organisation", "state", "reason", "answer", "requested_at",
             "ended_at", "version")  # fmt: skip
    return HandOver(
        code=code_of(pseudonymiser, row["token"], row["code"]),
        requested_by=row["asked_by"],
        ended_by=row["answered_by"],
        mine=sides_of(principal, row["from_organisation"], row["to_organisation"]),
        **{name: row[name] for name in plain},
    )


async def hand_overs_of(
    tx: Tx, principal: Principal, pseudonymiser: Pseudonymiser, subjects: Sequence[UUID]
) -> list[HandOver]:
    """The hand-overs of a file, newest first."""
    rows = await tx.fetch(f"{_SHOWN} WHERE h.subject_id = ANY($1) ORDER BY h.requested_at DESC LIMIT 100", subjects)
    return [_hand_over(principal, pseudonymiser, row) for row in rows]


async def open_hand_overs(tx: Tx, principal: Principal, pseudonymiser: Pseudonymiser) -> list[HandOver]:
    """The requests that wait for an answer and that one is on a side of, oldest first."""
    rows = await tx.fetch(f"{_SHOWN} WHERE h.state = 'requested' ORDER BY h.requested_at LIMIT 500")
    shown = [_hand_over(principal, pseudonymiser, row) for row in rows]
    return [each for each in shown if each.mine]


async def organisations(tx: Tx) -> list[OrganisationName]:
    """Every organisation there is."""
    return [
        OrganisationName(**dict(row))
        for row in await tx.fetch("SELECT id, name_zh, name_en FROM organisation ORDER BY id")
    ]


async def request_hand_over(
    tx: Tx, file: SubjectFile, to_organisation: str, reason: RedactedText, *, by: UUID, now: datetime
) -> UUID:
    """Ask the other side to take the file. Raises Invalid, Conflict when a request is open, NotPossibleNow."""
    if file.organisation_id is None:
        raise NotPossibleNow("Nobody has custody of this file, so nobody can give it. 此档案尚无归属单位，无法移交。")
    if to_organisation == file.organisation_id:
        raise Invalid(
            "This organisation has the file already. 档案已归该单位。",
            fields={"to_organisation": "has the file already"},
        )
    if not await tx.fetchval("SELECT true FROM organisation WHERE id = $1", to_organisation):
        raise Invalid("There is no such organisation. 没有该单位。", fields={"to_organisation": "is not known"})
    hand_over_id = fresh_id()
    entered = await tx.fetchval(
        """INSERT INTO subject_hand_over (id, subject_id, from_organisation, to_organisation, state, reason,
             requested_by, requested_at) VALUES ($1, $2, $3, $4, 'requested', $5, $6, $7)
           ON CONFLICT (subject_id) WHERE state = 'requested' DO NOTHING RETURNING true""",
        hand_over_id, file.id, file.organisation_id, to_organisation, reason, by, now,
    )  # fmt: skip
    if not entered:
        raise Conflict("A hand-over of this file waits for its answer already. 此档案已有移交申请等待答复。")
    line_id = await tx.fetchval("SELECT id FROM line WHERE organisation_id = $1 ORDER BY id LIMIT 1", to_organisation)
    await give_notice(tx, REQUESTED, line_id=line_id, now=now)
    await _enter(tx, Act.HAND_OVER_REQUESTED, file.id, hand_over_id, file.organisation_id, to_organisation, by, now)
    return hand_over_id


async def subject_of(tx: Tx, hand_over_id: UUID) -> UUID:
    """Whose file it is about. Raises NotFound."""
    subject_id: UUID | None = await tx.fetchval("SELECT subject_id FROM subject_hand_over WHERE id = $1", hand_over_id)
    if subject_id is None:
        raise NotFound
    return subject_id


async def lock_hand_over(tx: Tx, hand_over_id: UUID) -> Any:
    """One hand-over, locked, or None."""
    return await tx.fetchrow("SELECT * FROM subject_hand_over WHERE id = $1 FOR UPDATE", hand_over_id)


async def answer_hand_over(
    tx: Tx,
    row: Any,
    event: HandOverEvent,
    answer: RedactedText,
    *,
    version: int,
    by: UUID,
    now: datetime,
) -> None:
    """Accept, refuse or withdraw; `row` is locked. Raises StaleVersion, NotPossibleNow, Conflict.

    With the acceptance the custody changes, and with it who may read the file. A request is void once the custody it
    was made from has changed, or the subject was merged into another's file.
    """
    if row["version"] != version:
        raise StaleVersion
    verdict = apply(HandOverState(row["state"]), event)
    if not isinstance(verdict, Moved):
        raise NotPossibleNow("This request has been answered already. 此移交申请已有答复。")
    if event is HandOverEvent.ACCEPTED:
        taken = await tx.fetchval(
            """UPDATE subject SET organisation_id = $3, custody_since = $4, version = version + 1
               WHERE id = $1 AND organisation_id = $2 AND merged_into IS NULL RETURNING true""",
            row["subject_id"], row["from_organisation"], row["to_organisation"], now,
        )  # fmt: skip
        if not taken:
            raise Conflict(
                "The file has been merged or moved since this was asked; refuse it and let it be asked for anew. "
                "提出申请后档案已合并或变更归属；请先拒绝，再由对方重新申请。"
            )
    elif event is HandOverEvent.REFUSED and not answer:
        raise Invalid("Say why the file is refused. 请填写拒绝原因。", fields={"reason": "is missing"})
    await tx.execute(
        """UPDATE subject_hand_over SET state = $2, answer = $3, ended_by = $4, ended_at = $5, version = version + 1
           WHERE id = $1""",
        row["id"], verdict.state.value, answer, by, now,
    )  # fmt: skip
    await _enter(
        tx, _ACTS[event], row["subject_id"], row["id"], row["from_organisation"], row["to_organisation"], by, now
    )


async def _enter(
    tx: Tx, act: Act, subject_id: UUID, hand_over_id: UUID, giving: str, receiving: str, by: UUID, now: datetime
) -> None:
    await record_act(
        tx, act, by=by, target_kind="subject", target_id=subject_id, now=now,
        facts={"hand_over": str(hand_over_id), "from": giving, "to": receiving},
    )  # fmt: skip


async def show_hand_over(tx: Tx, principal: Principal, pseudonymiser: Pseudonymiser, hand_over_id: UUID) -> HandOver:
    """One hand-over. Raises NotFound."""
    row = await tx.fetchrow(f"{_SHOWN} WHERE h.id = $1", hand_over_id)
    if row is None:
        raise NotFound
    return _hand_over(principal, pseudonymiser, row)
