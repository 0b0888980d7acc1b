"""Accounts, what they may do, where they are signed in, and what went wrong when signing in."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import BIGINT, TIMESTAMP, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

person = Table(
    "person",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("login", Text, nullable=False, unique=True),  # lower case
    Column("work_name", Text, nullable=False),  # the pseudonym colleagues see, never a civil name
    Column("language", Text, nullable=False, server_default=text("'zh'")),
    Column("password_hash", Text, nullable=False),
    Column("totp_secret", LargeBinary),  # sealed (AES-GCM)
    Column("totp_last_step", BIGINT),
    Column("demo", Boolean, nullable=False, server_default=text("false")),  # exempt from the second factor
    Column("phone", LargeBinary),  # sealed; a volunteer's own phone, for offers by telephone
    Column("disabled_at", instant),
    Column("created_at", instant, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
)

role_grant = Table(
    "role_grant",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("role", Text, nullable=False),
    Column("scope_kind", Text, nullable=False),  # all, organisation, line, pool
    Column("scope_id", Text, nullable=False, server_default=text("''")),
    UniqueConstraint("person_id", "role", "scope_kind", "scope_id"),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),  # SHA-256 of the cookie's value
    Column("person_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", instant, nullable=False),
    Column("seen_at", instant, nullable=False),
    Column("expires_at", instant, nullable=False),
    Column("revoked_at", instant),
)
Index("ix_session_person", session.c.person_id, postgresql_where=session.c.revoked_at.is_(None))

login_attempt = Table(
    "login_attempt",
    metadata,
    Column("id", BIGINT, primary_key=True, autoincrement=True),
    Column("login_key", LargeBinary, nullable=False),  # keyed hash of the login name
    Column("origin_key", LargeBinary, nullable=False),  # keyed hash of the network address
    Column("at", instant, nullable=False),
    Column("succeeded", Boolean, nullable=False),
)
Index("ix_login_attempt_login", login_attempt.c.login_key, login_attempt.c.at)
Index("ix_login_attempt_origin", login_attempt.c.origin_key, login_attempt.c.at)
