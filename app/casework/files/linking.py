"""Saying by hand whom a contact is about, when no number can: for a caller without one who agrees to a file.

Never by itself: all who give no number share one, and nothing about a voice or a story decides here who somebody is
(failure 25, P6). The caller has to agree, and the agreement is entered in the consent ledger with the link. A contact
is linked once; a wrong link is put right by splitting it out again, which can be undone.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.casework.consents.ledger import enter_consent
from app.casework.files.reach import TALKED_IN, SubjectFile, load_subject_file
from app.domain.acts import Act
from app.domain.consent import ConsentHow, ConsentSaid, ConsentTo
from app.domain.errors import Conflict, Invalid, NotPossibleNow
from app.domain.permissions import Permission
from app.people.access import Principal
from app.platform.audit import record_act
from app.platform.clock import fresh_id
from app.platform.crypto import Pseudonymiser
from app.platform.db import Tx


async def may_use(tx: Tx, principal: Principal, file: SubjectFile) -> bool:
    """Whether this person may link to an existing file: it is theirs to edit, or they have talked with this person."""
    if file.within(principal, Permission.FILE_EDIT):
        return True
    return bool(
        await tx.fetchval(
            f"""SELECT EXISTS (SELECT FROM subject_link k JOIN contact c ON c.id = k.contact_id
               WHERE k.subject_id = ANY($1) AND {TALKED_IN})""",  # noqa: S608 the text is ours alone
            file.members,
            principal.person_id,
        )
    )


async def link_by_hand(
    tx: Tx,
    contact: Any,
    file: SubjectFile | None,
    pseudonymiser: Pseudonymiser,
    *,
    consent: bool,
    by: UUID,
    now: datetime,
) -> SubjectFile:
    """Link a contact to `file`, or to a new one. Raises Invalid without consent, NotPossibleNow, Conflict.

    `contact` has id, line_id, subject_token, answered_at.
    """
    if not consent:
        raise Invalid(
            "A file is opened only if the caller agrees; ask them, and say so here. 建档须经来电者同意，请先征得同意。",
            fields={"consent": "must be given by the caller"},
        )
    if contact["subject_token"]:
        raise NotPossibleNow(
            "This caller is known by their number; if the file is not theirs, a supervisor splits the contact out. "
            "来电者已按号码建档；如不属于此人，请由督导拆分。"
        )
    if contact["answered_at"] is None:
        raise NotPossibleNow("There has been no talk yet. 尚未接通，不能建档。")
    subject_id = await _new_subject(tx, contact, pseudonymiser, now=now) if file is None else file.id
    linked = await tx.fetchval(
        """INSERT INTO subject_link (contact_id, subject_id, how, linked_by, linked_at)
           VALUES ($1, $2, 'by_hand', $3, $4) ON CONFLICT (contact_id) DO NOTHING RETURNING true""",
        contact["id"], subject_id, by, now,
    )  # fmt: skip
    if not linked:
        raise Conflict(
            "This contact is linked to a file already; a supervisor can split it out again. "
            "该来电已归入档案；如有误，请由督导拆分。"
        )
    await record_act(
        tx, Act.CONTACT_LINKED, by=by, target_kind="contact", target_id=contact["id"], line_id=contact["line_id"],
        now=now, facts={"subject": str(subject_id), "new": file is None, "consent": True},
    )  # fmt: skip
    await enter_consent(tx, contact["id"], ConsentTo.FILE, ConsentSaid.GIVEN, how=ConsentHow.SPOKEN, by=by, now=now)
    linked_to = file or await load_subject_file(tx, subject_id)
    assert linked_to is not None  # noqa: S101 it was made above
    return linked_to


async def _new_subject(tx: Tx, contact: Any, pseudonymiser: Pseudonymiser, *, now: datetime) -> UUID:
    subject_id = fresh_id()
    await tx.execute(
        """INSERT INTO subject (id, organisation_id, code, created_at)
           VALUES ($1, (SELECT organisation_id FROM line WHERE id = $2), $3, $4)""",
        subject_id, contact["line_id"], pseudonymiser.short_code(subject_id.bytes), now,
    )  # fmt: skip
    return subject_id
