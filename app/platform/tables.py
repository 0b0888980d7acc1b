"""Durable timers, the command outbox and the change feed: what makes a promise survive the process that made it.

`timer` and `command` follow escalation.md section 2: claimed by SKIP LOCKED with a lease, fenced by `attempt`.
`change` is the feed behind the consoles: one row per public state that changed, written in the same transaction.
"""

from sqlalchemy import BigInteger, Column, Date, Identity, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

timer = Table(
    "timer",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", UUID, nullable=False),  # the offer, contact or person this timer is about
    Column("payload", JSONB, nullable=False, server_default=text("'{}'")),
    Column("due_at", instant, nullable=False),
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("done_at", instant),
    Column("outcome", Text),  # done, cancelled, failed
    Column("created_at", instant, nullable=False),
)
Index("ix_timer_due", timer.c.due_at, postgresql_where=timer.c.done_at.is_(None))
Index(
    "uq_timer_live",
    timer.c.kind,
    timer.c.subject_id,
    unique=True,
    postgresql_where=timer.c.done_at.is_(None),
)

command = Table(
    "command",
    metadata,
    Column("id", UUID, primary_key=True),  # the idempotency key
    Column("seq", BigInteger, Identity(), nullable=False),
    Column("kind", Text, nullable=False),
    Column("contact_id", UUID),
    Column("leg_id", UUID),  # commands of one leg run one after another, in the order of seq
    Column("payload", JSONB, nullable=False, server_default=text("'{}'")),
    Column("due_at", instant, nullable=False),
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("in_vain", Integer, nullable=False, server_default=text("0")),  # attempts known to have done nothing
    Column("done_at", instant),
    Column("outcome", Text),  # done, already_gone, failed, given_up, cancelled
    Column("error_code", Text),
    Column("created_at", instant, nullable=False),
)
Index("ix_command_due", command.c.due_at, command.c.seq, postgresql_where=command.c.done_at.is_(None))
Index("ix_command_leg", command.c.leg_id, command.c.seq, postgresql_where=command.c.done_at.is_(None))

change = Table(
    "change",
    metadata,
    Column("seq", BigInteger, Identity(), primary_key=True),
    Column("entity", Text, nullable=False),  # contact, offer, presence, shift, notice, line
    Column("entity_id", Text, nullable=False),
    Column("at", instant, nullable=False),
)

worker_beat = Table(
    "worker_beat",
    metadata,
    Column("worker_id", UUID, primary_key=True),
    Column("started_at", instant, nullable=False),
    Column("beat_at", instant, nullable=False),
    Column("timer_lag_ms", Integer, nullable=False, server_default=text("0")),
)

setting_version = Table(
    "setting_version",
    metadata,
    # One row per cached thing (lines); bumped by whoever changes it, polled by whoever caches it.
    Column("name", Text, primary_key=True),
    Column("version", BigInteger, nullable=False, server_default=text("0")),
)

audit_entry = Table(
    "audit_entry",
    metadata,
    # Who looked at or changed what (P7). Append-only; ids and codes alone, no text that anybody wrote or said.
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", instant, nullable=False),
    Column("person_id", UUID),  # null: the service itself, by a timer
    Column("act", Text, nullable=False),  # app.domain.acts
    Column("target_kind", Text, nullable=False),  # contact, note, subject, vault, person, line ...
    Column("target_id", Text, nullable=False),
    Column("line_id", Text),  # where it lies, for those who read the audit of their own lines
    Column("facts", JSONB, nullable=False, server_default=text("'{}'")),
)
Index("ix_audit_entry_at", audit_entry.c.at)
Index("ix_audit_entry_target", audit_entry.c.target_kind, audit_entry.c.target_id)
Index("ix_audit_entry_person", audit_entry.c.person_id, audit_entry.c.at)

audit_seal = Table(
    "audit_seal",
    metadata,
    # The hash chain over the audit, one link an entry, in the order of their ids (app.domain.audit_chain). Append-only.
    Column("entry_id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("sealed_at", instant, nullable=False),
)

audit_day = Table(
    "audit_day",
    metadata,
    # A day that is over: its last hash, which the next day begins with. Kept when retention has removed its entries.
    Column("day", Date, primary_key=True),
    Column("first_entry_id", BigInteger, nullable=False),
    Column("last_entry_id", BigInteger, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("closed_at", instant, nullable=False),
)

key_known = Table(
    "key_known",
    metadata,
    # Every key that has been in use, by name, with a fingerprint that tells it from another key under the same name.
    # Neither the key nor anything it could be guessed from: the fingerprint is a keyed hash under 256 random bits.
    Column("kind", Text, primary_key=True),  # seal, pseudonym
    Column("key_id", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("known_since", instant, nullable=False),
    Column("retired_at", instant),
)
