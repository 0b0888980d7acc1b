"""Opening a file: which subject a contact is about, and a new subject for a caller heard for the first time.

A file is opened when a talk begins (the fact `talk_began` of app.contacts.facts), never when somebody only rang: a
caller who gave up, or dialled wrongly, leaves no file behind. It is found by the pseudonym of the number. A caller
without a number has no pseudonym and gets no file by itself: all of them share one number, and one file for all
anonymous callers would be everybody's and nobody's (failure 25). Theirs is opened by hand, if they agree (linking.py).

One subject a pseudonym is the database's doing: the alias is the gate (primary key), and the subject is made by the one
who got its alias in. An alias and a link keep pointing at the subject they were made for; what was merged since is
followed when it is read, so that a merge can be undone exactly.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.casework.files.family import kept_subject
from app.platform.clock import fresh_id
from app.platform.crypto import FIRST_PSEUDONYM_KEY, Pseudonymiser
from app.platform.db import Tx
from app.platform.timers import Handler, Timer


async def subject_of_contact(tx: Tx, contact_id: UUID) -> UUID | None:
    """Whom this contact is about, as far as is known: as linked, else by the pseudonym. None: no file.

    Before the answer a contact has no link yet, and the pseudonym alone tells that the caller has a file.
    """
    subject_id: UUID | None = await tx.fetchval(
        """SELECT coalesce(k.subject_id, a.subject_id) FROM contact c
           LEFT JOIN subject_link k ON k.contact_id = c.id
           LEFT JOIN subject_alias a ON a.token = c.subject_token
           WHERE c.id = $1""",
        contact_id,
    )
    return None if subject_id is None else await kept_subject(tx, subject_id)


async def open_subject(tx: Tx, contact_id: UUID, *, now: datetime) -> UUID | None:
    """The subject of a contact whose talk has begun, made if this caller has none yet, and the contact linked to it.

    None: the caller gave no number. Needs READ COMMITTED (as all our transactions are): of two first contacts at once
    the second waits for the first one's alias and then finds it.
    """
    await tx.execute(
        """WITH caller AS (
             SELECT c.subject_token AS token, coalesce(c.subject_key_id, $3) AS key_id, l.organisation_id
             FROM contact c LEFT JOIN line l ON l.id = c.line_id
             WHERE c.id = $1 AND length(c.subject_token) > 0
               AND NOT EXISTS (SELECT FROM subject_link k WHERE k.contact_id = c.id)
             FOR UPDATE OF c),
           entered AS (
             INSERT INTO subject_alias (token, key_id, subject_id, created_at)
             SELECT token, key_id, $2, $4 FROM caller ON CONFLICT (token) DO NOTHING RETURNING subject_id)
           INSERT INTO subject (id, organisation_id, created_at)
           SELECT e.subject_id, c.organisation_id, $4 FROM entered e, caller c""",
        contact_id, fresh_id(), FIRST_PSEUDONYM_KEY, now,
    )  # fmt: skip
    await tx.execute(
        """INSERT INTO subject_link (contact_id, subject_id, how, linked_at)
           SELECT c.id, a.subject_id, 'pseudonym', $2 FROM contact c JOIN subject_alias a ON a.token = c.subject_token
           WHERE c.id = $1 ON CONFLICT (contact_id) DO NOTHING""",
        contact_id, now,
    )  # fmt: skip
    return await subject_of_contact(tx, contact_id)


async def follow_pseudonym(tx: Tx, old: Sequence[bytes], new: bytes, key_id: str, now: datetime) -> None:
    """A caller's pseudonym changes with its key: the new one leads to the same file, and so does taking a merge back.

    The old ones go on leading there until their key retires: a process may still go by it.
    """
    await tx.execute(
        """INSERT INTO subject_alias (token, key_id, subject_id, created_at)
           SELECT $2, $3, subject_id, $4 FROM subject_alias WHERE token = ANY($1) ORDER BY created_at LIMIT 1
           ON CONFLICT (token) DO NOTHING""",
        list(old), new, key_id, now,
    )  # fmt: skip
    await tx.execute(
        """INSERT INTO subject_moved_alias (regrouping_id, token, was_with)
           SELECT m.regrouping_id, a.token, m.was_with FROM subject_moved_alias m, subject_alias a
           WHERE m.token = ANY($1) AND a.token = $2 ON CONFLICT DO NOTHING""",
        list(old), new,
    )  # fmt: skip


async def open_file_of_talk(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """The fact `talk_began`: in one transaction with its end, so it is done once, however often it is tried."""
    await open_subject(tx, timer.subject_id, now=now)


def codes_after_a_talk(pseudonymiser: Pseudonymiser) -> Handler:
    """The fact `talk_began` again: whoever is new gets the code by which a screen names them."""

    async def codes(tx: Tx, timer: Timer, *, now: datetime) -> None:  # noqa: ARG001 every handler takes these
        await give_codes(tx, pseudonymiser)

    return codes


async def give_codes(tx: Tx, pseudonymiser: Pseudonymiser, *, at_most: int = 100) -> int:
    """Compute the short codes that are missing, so that a file can be found by the code on a screen; how many."""
    rows = await tx.fetch("SELECT token FROM subject_alias WHERE code IS NULL LIMIT $1 FOR UPDATE SKIP LOCKED", at_most)
    await tx.executemany(
        "UPDATE subject_alias SET code = $2 WHERE token = $1",
        [(row["token"], pseudonymiser.short_code(row["token"])) for row in rows],
    )
    return len(rows)
