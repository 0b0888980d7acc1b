"""Organisations, pools, numbers and lines. A line's whole configuration is one dated, immutable document."""

from sqlalchemy import Boolean, Column, ForeignKey, Identity, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, UUID, ExcludeConstraint

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

organisation = Table(
    "organisation",
    metadata,
    Column("id", Text, primary_key=True),  # a slug: ningbo-education
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
)

pool = Table(
    "pool",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
)

line = Table(
    "line",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
)

line_version = Table(
    "line_version",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("line_id", Text, ForeignKey("line.id"), nullable=False),
    Column("valid_from", instant, nullable=False),
    Column("valid_until", instant),  # null: until further notice
    Column("document", JSONB, nullable=False),  # as validated by the published schema
    Column("checksum", Text, nullable=False),
    Column("applied_at", instant, nullable=False),
    ExcludeConstraint(
        (Column("line_id"), "="),
        (text("tstzrange(valid_from, valid_until)"), "&&"),
        name="ex_line_version_overlap",
        using="gist",
    ),
)

line_number = Table(
    "line_number",
    metadata,
    Column("number", Text, primary_key=True),  # ours, as the carrier names it in To; public, not an identity
    Column("line_id", Text, ForeignKey("line.id"), nullable=False),
    Column("shown", Text),  # what callers dial, where the carrier names it otherwise: 12355 for +8677512355
    Column("placeholder", Boolean, nullable=False, server_default=text("false")),
)

line_pool = Table(
    "line_pool",
    metadata,
    # What routing needs of the version valid now, flat: rewritten when a version begins.
    Column("line_id", Text, ForeignKey("line.id"), primary_key=True),
    Column("pool_id", Text, ForeignKey("pool.id"), primary_key=True),
    Column("stage", Integer, nullable=False),  # 0 is asked first; a contact at stage n may be offered to pools 0..n
)

queue_key = Table(
    "queue_key",
    metadata,
    # A queue: one line, one set of required skills, one overflow stage (performance.md, Routing).
    Column("id", Integer, Identity(), primary_key=True),
    Column("line_id", Text, ForeignKey("line.id"), nullable=False),
    Column("skills", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("stage", Integer, nullable=False, server_default=text("0")),
)
Index("uq_queue_key", queue_key.c.line_id, queue_key.c.skills, queue_key.c.stage, unique=True)
