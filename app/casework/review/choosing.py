"""Which notes are reviewed: all of high risk, and a share of the others that nobody can foresee or steer.

Decided here: a note is chosen in the transaction that stores it, or in the one that sets its contact's level, and once.
The share is drawn by a keyed hash of the note's id, which its writer neither chooses nor can compute. A note of high
risk stays one when the level is lowered again. One that was already reviewed as a sample is not reviewed anew.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.domain.note_review import Because, is_drawn
from app.domain.risk import AT_ONCE
from app.platform.clock import fresh_id
from app.platform.crypto import Pseudonymiser
from app.platform.db import Tx

_PURPOSE: Final = "drawn for review"
_CHOOSE: Final = """
    INSERT INTO note_review (id, note_id, line_id, because, chosen_at, state)
    SELECT $1, n.id, n.line_id, CASE WHEN h.high THEN 'high_risk' ELSE 'sample' END, $4, 'waiting'
    FROM note n CROSS JOIN LATERAL (
      SELECT EXISTS (SELECT FROM risk_level l WHERE l.contact_id = n.contact_id AND l.level = ANY($5)) AS high) h
    WHERE n.contact_id = $2 AND (h.high OR $3 AND n.non_counselling IS NULL)
    ON CONFLICT (note_id) DO UPDATE SET because = 'high_risk', chosen_at = excluded.chosen_at,
      version = note_review.version + 1
    WHERE excluded.because = 'high_risk' AND note_review.because = 'sample' AND note_review.state <> 'done'
"""


@dataclass(frozen=True, slots=True)
class Sampling:
    """The rules of a deployment: `percent` of the notes that are not of high risk, and until when each is looked at."""

    pseudonymiser: Pseudonymiser
    percent: int
    within: timedelta
    high_risk_within: timedelta

    def draws(self, note_id: UUID) -> bool:
        """Whether this note is one of the share."""
        return is_drawn(self.pseudonymiser.keyed_hash(_PURPOSE, note_id.hex), self.percent)

    def due_within(self, because: Because) -> timedelta:
        """How long a review may wait."""
        return self.high_risk_within if because is Because.HIGH_RISK else self.within

    async def choose(self, tx: Tx, contact_id: UUID, note_id: UUID, *, now: datetime) -> None:
        """A note has been submitted: let it be reviewed if it is of high risk, or drawn. One statement."""
        await _choose(tx, contact_id, drawn=self.draws(note_id), now=now)


async def choose_high_risk(tx: Tx, contact_id: UUID, *, now: datetime) -> None:
    """A level has been set, or a contact coded: let its note, if there is one, be reviewed if it is of high risk."""
    await _choose(tx, contact_id, drawn=False, now=now)


async def _choose(tx: Tx, contact_id: UUID, *, drawn: bool, now: datetime) -> None:
    await tx.execute(_CHOOSE, fresh_id(), contact_id, drawn, now, sorted(level.value for level in AT_ONCE))
