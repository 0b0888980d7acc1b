"""Who belongs to which pool, who is rostered when, and what each volunteer is doing now."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

pool_member = Table(
    "pool_member",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("pool_id", Text, ForeignKey("pool.id"), primary_key=True),
)
Index("ix_pool_member_pool", pool_member.c.pool_id, pool_member.c.person_id)

credential = Table(
    "credential",
    metadata,
    # A skill someone holds, or a certificate with its last day; an expired one counts for nothing.
    Column("person_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("skill", Text, primary_key=True),
    Column("expires_at", instant),
)

shift = Table(
    "shift",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("pool_id", Text, ForeignKey("pool.id"), nullable=False),
    Column("starts_at", instant, nullable=False),
    Column("ends_at", instant, nullable=False),
    Column("source", Text, nullable=False),  # rota, let_in
    Column("created_by", UUID, ForeignKey("person.id")),
    Column("created_at", instant, nullable=False),
    Column("cancelled_at", instant),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index("ix_shift_person", shift.c.person_id, shift.c.starts_at, postgresql_where=shift.c.cancelled_at.is_(None))
Index("ix_shift_pool", shift.c.pool_id, shift.c.starts_at, postgresql_where=shift.c.cancelled_at.is_(None))

presence = Table(
    "presence",
    metadata,
    # One row a volunteer, made with the account. Hot: read and compared-and-set by routing.
    Column("person_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("activity", Text, nullable=False, server_default=text("'offline'")),
    Column("reach", Text, nullable=False, server_default=text("'browser'")),  # browser, phone
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("since", instant, nullable=False),
    Column("ready_since", instant),  # how long idle: kept over an offer that was withdrawn
    Column("pools", ARRAY(Text), nullable=False, server_default=text("'{}'")),  # of the shift she is on now
    Column("skills", ARRAY(Text), nullable=False, server_default=text("'{}'")),  # not expired, as of going ready
    Column("shift_ends_at", instant),
    Column("heartbeat_at", instant),
    Column("missed_in_row", Integer, nullable=False, server_default=text("0")),
    Column("answered_today", Integer, nullable=False, server_default=text("0")),
    Column("answered_on", Text, nullable=False, server_default=text("''")),  # local date answered_today counts for
    Column("offer_id", UUID),
    Column("contact_id", UUID),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index(
    "ix_presence_ready",
    presence.c.ready_since,
    presence.c.person_id,
    postgresql_where=presence.c.activity == "ready",
)
Index(
    "ix_presence_ready_pools",
    presence.c.pools,
    postgresql_using="gin",
    postgresql_where=presence.c.activity == "ready",
)

notice = Table(
    "notice",
    metadata,
    # Something a supervisor should know: a volunteer set away after missed offers, a heartbeat lost in a talk.
    Column("id", UUID, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("about_person_id", UUID, ForeignKey("person.id", ondelete="CASCADE")),
    Column("contact_id", UUID),
    Column("line_id", Text),
    Column("at", instant, nullable=False),
    Column("seen_at", instant),
    Column("seen_by", UUID, ForeignKey("person.id")),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index("ix_notice_open", notice.c.at, postgresql_where=notice.c.seen_at.is_(None))
