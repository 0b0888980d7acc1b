"""The public state of contacts and offers, for desks, wallboards and the change feed: a few statements for many ids."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from app.contacts.schemas import CallBack, Contact, Leg, LineName, Offer, Transfer, Tried
from app.lines.book import LineBook
from app.platform.crypto import Pseudonymiser
from app.platform.db import Tx
from app.realtime.messages import SUPERVISORS, Loaded, line_topic, person_topic

# Has rung before: by the pseudonym, and while its key is being changed by those whose place it took as well.
_RETURNING: Final = """c.subject_token IS NOT NULL AND (
        EXISTS (SELECT FROM contact e WHERE e.subject_token = c.subject_token AND e.offered_at < c.offered_at)
        OR EXISTS (SELECT FROM pseudonym_successor s JOIN contact e ON e.subject_token = s.old_token
                   WHERE s.new_token = c.subject_token AND e.offered_at < c.offered_at))"""

_CONTACTS: Final = f"""
    SELECT c.*, p.work_name, l.name_zh, l.name_en,
      (SELECT due_at FROM timer t
       WHERE t.kind = 'wrap_up' AND t.subject_id = c.id AND t.done_at IS NULL) AS wrap_up_until,
      (SELECT due_at FROM timer t
       WHERE t.kind = 'silent_prompt' AND t.subject_id = c.id AND t.done_at IS NULL) AS silence_prompt_from,
      {_RETURNING} AS returning,
      ARRAY(SELECT person_id FROM presence WHERE contact_id = c.id) AS here,
      (SELECT jsonb_agg(jsonb_build_object(
         'id', g.id, 'role', g.role, 'work_name', q.work_name, 'state', g.state,
         'in_bridge', g.in_bridge, 'muted', g.muted, 'on_hold', g.on_hold, 'label', g.label)
         ORDER BY g.started_at, g.id)
       FROM leg g LEFT JOIN person q ON q.id = g.person_id WHERE g.contact_id = c.id AND g.state <> 'ended') AS legs,
      (SELECT jsonb_agg(jsonb_build_object('work_name', q.work_name, 'state', o.state, 'at', o.ended_at)
         ORDER BY o.ended_at)
       FROM offer o JOIN person q ON q.id = o.person_id
       WHERE o.contact_id = c.id AND o.state IN ('declined', 'missed', 'lapsed')) AS tried,
      (SELECT jsonb_build_object('id', t.id, 'kind', t.kind, 'target_kind', t.target_kind, 'state', t.state,
         'version', t.version, 'target_name', coalesce(tp.work_name, tq.name_zh, t.target))
       FROM transfer t LEFT JOIN person tp ON tp.id::text = t.target LEFT JOIN pool tq ON tq.id = t.target
       WHERE t.contact_id = c.id AND t.state IN ('ringing', 'joined')) AS transfer
    FROM contact c LEFT JOIN person p ON p.id = c.person_id LEFT JOIN line l ON l.id = c.line_id
"""  # noqa: S608 the text is ours alone

_OFFERS: Final = f"""
    SELECT o.id, o.contact_id, o.person_id, o.kind, o.state, o.because, o.reach, o.offered_at, o.ring_until, o.version,
      c.line_id, l.name_zh, l.name_en, c.danger, c.language, c.offered_at AS arrived_at,
      c.subject_token IS NULL AS number_withheld, {_RETURNING} AS returning
    FROM offer o JOIN contact c ON c.id = o.contact_id LEFT JOIN line l ON l.id = c.line_id
"""  # noqa: S608


class PublicState:
    """Loads what consoles may see: with the pseudonymiser for callers' short codes, the lines for their rules."""

    def __init__(self, pseudonymiser: Pseudonymiser, book: LineBook) -> None:
        self._pseudonymiser = pseudonymiser
        self._book = book

    def code(self, token: bytes | None) -> str | None:
        """A caller's short code; None when there was no number."""
        return None if not token else self._pseudonymiser.short_code(token)

    def _contact(self, row: Any) -> Contact:
        policy = self._book.version(row["line_version_id"])
        return Contact(
            id=row["id"],
            line=_line(row),
            caller=self.code(row["subject_token"]),
            legs=[Leg(**leg) for leg in row["legs"] or ()],
            transfer=None if row["transfer"] is None else Transfer(**row["transfer"]),
            tried=[Tried(**tried) for tried in row["tried"] or ()],
            silence_prompts_most=0 if policy is None else policy.nuisance.silent_prompts,
            **{name: row[name] for name in _PLAIN},
        )

    async def contacts(self, tx: Tx, ids: Sequence[UUID]) -> list[Contact]:
        """These contacts, oldest first."""
        rows = await tx.fetch(f"{_CONTACTS} WHERE c.id = ANY($1) ORDER BY c.offered_at, c.id", list(ids))
        return [self._contact(row) for row in rows]

    async def live_contacts(self, tx: Tx, line_ids: Sequence[str], *, everything: bool) -> list[Contact]:
        """The contacts of these lines that have not closed, oldest first; at most 500."""
        rows = await tx.fetch(
            f"""{_CONTACTS} WHERE c.state <> 'closed' AND (c.line_id = ANY($1) OR ($2 AND c.line_id IS NULL))
                ORDER BY c.offered_at, c.id LIMIT 500""",
            list(line_ids), everything,
        )  # fmt: skip
        return [self._contact(row) for row in rows]

    async def load_contacts(self, tx: Tx, ids: Sequence[str]) -> list[Loaded]:
        """For the change feed."""
        rows = await tx.fetch(f"{_CONTACTS} WHERE c.id = ANY($1)", [UUID(i) for i in ids])
        return [(row["id"], row["version"], self._contact(row), _topics(row)) for row in rows]

    async def offers_to(self, tx: Tx, person_id: UUID) -> list[Offer]:
        """The offers that ring at this volunteer."""
        rows = await tx.fetch(f"{_OFFERS} WHERE o.person_id = $1 AND o.state = 'offered'", person_id)
        return [_offer(row) for row in rows]

    async def load_offers(self, tx: Tx, ids: Sequence[str]) -> list[Loaded]:
        """For the change feed: an offer is its volunteer's alone."""
        rows = await tx.fetch(f"{_OFFERS} WHERE o.id = ANY($1)", [UUID(i) for i in ids])
        return [(row["id"], row["version"], _offer(row), [person_topic(row["person_id"])]) for row in rows]


_PLAIN: Final = (
    "state", "channel", "danger", "language", "direction", "number_dialled", "returning", "person_id", "work_name",
    "stage", "priority", "offered_at", "enqueued_at", "answered_at", "ended_at", "terminal_reason", "ended_by",
    "disposition", "requeued", "wrap_up_until", "silence_prompts",
    "silence_prompt_from", "version",
)  # fmt: skip


def _line(row: Any) -> LineName | None:
    if row["line_id"] is None:
        return None
    return LineName(id=row["line_id"], name_zh=row["name_zh"] or "", name_en=row["name_en"] or "")


def _topics(row: Any) -> list[str]:
    people = {row["person_id"], *row["here"]} - {None}
    topics = [person_topic(person) for person in people]
    if row["line_id"] is not None:
        topics.append(line_topic(row["line_id"]))
    return [*topics, SUPERVISORS]


def _offer(row: Any) -> Offer:
    waited = row["offered_at"] - row["arrived_at"]
    return Offer(
        line=_line(row),
        waited_s=max(0, int(waited.total_seconds())),
        **{
            name: row[name]
            for name in (
                "id", "contact_id", "person_id", "kind", "state", "because", "reach", "offered_at", "ring_until",
                "danger", "number_withheld", "returning", "language", "version",
            )
        },
    )  # fmt: skip


async def open_call_backs(tx: Tx, line_ids: Sequence[str], *, everything: bool) -> list[CallBack]:
    """Callers who asked to be called back and have not been, oldest first."""
    rows = await tx.fetch(
        """SELECT b.contact_id, c.line_id, c.language, l.name_zh, l.name_en, b.consented_at AS requested_at, b.due_at,
             b.state, b.person_id, b.may_have_rung, b.version
           FROM call_back b JOIN contact c ON c.id = b.contact_id LEFT JOIN line l ON l.id = c.line_id
           WHERE b.state IN ('requested', 'dialling') AND ($2 OR c.line_id = ANY($1))
           ORDER BY b.consented_at LIMIT 200""",
        list(line_ids), everything,
    )  # fmt: skip
    names = ("contact_id", "language", "requested_at", "due_at", "state", "person_id", "may_have_rung", "version")
    return [CallBack(line=_line(row), **{name: row[name] for name in names}) for row in rows]


async def own_contacts(tx: Tx, person_id: UUID) -> tuple[UUID | None, UUID | None]:
    """(the contact she is talking in, the contact she wraps up)."""
    row = await tx.fetchrow("SELECT activity, contact_id FROM presence WHERE person_id = $1", person_id)
    if row is None or row["contact_id"] is None:
        return None, None
    return (None, row["contact_id"]) if row["activity"] == "wrapping_up" else (row["contact_id"], None)
