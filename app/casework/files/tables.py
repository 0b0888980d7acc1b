"""Subjects, the pseudonyms that lead to them, and what their files hold. No number, name or address is in here: those
are the vault's. Every text has passed the gate (app.casework.redacting)."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

subject = Table(
    "subject",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("organisation_id", Text, ForeignKey("organisation.id")),  # whose custody the file is in
    Column("merged_into", UUID, ForeignKey("subject.id")),  # null: a file of its own
    Column("code", Text),  # what screens call it, when no pseudonym leads to it; else the alias's
    Column("custody_since", instant),  # null: never handed over (docs/adr/0014)
    Column("created_at", instant, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index("ix_subject_merged", subject.c.merged_into, postgresql_where=subject.c.merged_into.is_not(None))
Index("ix_subject_code", subject.c.code, postgresql_where=subject.c.code.is_not(None))

subject_alias = Table(
    "subject_alias",
    metadata,
    # Many pseudonyms, one subject: another telephone, another version of the key (`contact.subject_token`).
    Column("token", LargeBinary, primary_key=True),
    Column("key_id", Text, nullable=False),  # the version of the pseudonym key it was made with
    Column("subject_id", UUID, ForeignKey("subject.id"), nullable=False),
    Column("code", Text),  # the five signs that screens show for this token; null: not computed yet
    Column("created_at", instant, nullable=False),
)
Index("ix_subject_alias_subject", subject_alias.c.subject_id)
Index("ix_subject_alias_code", subject_alias.c.code)
Index("ix_subject_alias_uncoded", subject_alias.c.created_at, postgresql_where=subject_alias.c.code.is_(None))

subject_link = Table(
    "subject_link",
    metadata,
    # Which subject a contact is about: found by the pseudonym, or linked by hand when there was no number.
    Column("contact_id", UUID, ForeignKey("contact.id"), primary_key=True),
    Column("subject_id", UUID, ForeignKey("subject.id"), nullable=False),
    Column("how", Text, nullable=False),  # pseudonym, by_hand
    Column("linked_by", UUID, ForeignKey("person.id")),
    Column("linked_at", instant, nullable=False),
)
Index("ix_subject_link_subject", subject_link.c.subject_id)

subject_flag = Table(
    "subject_flag",
    metadata,
    # What whoever answers should know at once. It always ends: at `expires_at`, or when somebody lifts it. Extended, it
    # holds for its span from then on.
    Column("id", UUID, primary_key=True),
    Column("subject_id", UUID, ForeignKey("subject.id"), nullable=False),
    Column("code", Text, nullable=False),  # app/casework/files/file_codes.yaml
    Column("codes_version", Text, nullable=False),
    Column("text", Text, nullable=False, server_default=text("''")),  # redacted
    Column("placed_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("placed_at", instant, nullable=False),
    Column("expires_at", instant, nullable=False),
    Column("extended_by", UUID, ForeignKey("person.id")),  # the last time
    Column("extended_at", instant),
    Column("lifted_by", UUID, ForeignKey("person.id")),
    Column("lifted_at", instant),
    Column("lift_reason", Text),  # redacted
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index("ix_subject_flag_subject", subject_flag.c.subject_id)

subject_plan = Table(
    "subject_plan",
    metadata,
    # Append-only: a plan is never changed, the next version takes its place. Texts are redacted; adults are roles.
    Column("subject_id", UUID, ForeignKey("subject.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("key_lines", ARRAY(Text), nullable=False),
    Column("body", Text, nullable=False),
    Column("adults", JSONB, nullable=False),  # [{role, does}]
    Column("codes_version", Text, nullable=False),
    Column("written_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("written_at", instant, nullable=False),
)

subject_task = Table(
    "subject_task",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("subject_id", UUID, ForeignKey("subject.id"), nullable=False),
    Column("text", Text, nullable=False),  # redacted
    Column("owner_kind", Text, nullable=False),  # person, pool, role
    Column("owner", Text, nullable=False),  # a person's id, a pool's id, a role of the service
    Column("due_at", instant, nullable=False),
    Column("state", Text, nullable=False),  # app.domain.task
    Column("made_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("made_at", instant, nullable=False),
    Column("ended_by", UUID, ForeignKey("person.id")),
    Column("ended_at", instant),
    Column("outcome", Text, nullable=False, server_default=text("''")),  # redacted
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index("ix_subject_task_subject", subject_task.c.subject_id)

subject_regrouping = Table(
    "subject_regrouping",
    metadata,
    # Two subjects were one person, or one was two. With what it moved it can be undone exactly (app.domain.regrouping).
    Column("id", UUID, primary_key=True),
    Column("kind", Text, nullable=False),  # merge, split
    Column("from_subject", UUID, ForeignKey("subject.id"), nullable=False),  # the merged one; the one split from
    Column("to_subject", UUID, ForeignKey("subject.id"), nullable=False),  # the kept one; the new one
    Column("done_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("done_at", instant, nullable=False),
    Column("undone_by", UUID, ForeignKey("person.id")),
    Column("undone_at", instant),
)
Index("ix_subject_regrouping_from", subject_regrouping.c.from_subject)
Index("ix_subject_regrouping_to", subject_regrouping.c.to_subject)

subject_moved_contact = Table(
    "subject_moved_contact",
    metadata,
    Column("regrouping_id", UUID, ForeignKey("subject_regrouping.id", ondelete="CASCADE"), primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id"), primary_key=True),
    Column("was_with", UUID, ForeignKey("subject.id"), nullable=False),
)

subject_moved_alias = Table(
    "subject_moved_alias",
    metadata,
    Column("regrouping_id", UUID, ForeignKey("subject_regrouping.id", ondelete="CASCADE"), primary_key=True),
    Column("token", LargeBinary, ForeignKey("subject_alias.token", ondelete="CASCADE"), primary_key=True),
    Column("was_with", UUID, ForeignKey("subject.id"), nullable=False),
)

subject_hand_over = Table(
    "subject_hand_over",
    metadata,
    # A file asked to go from one organisation's custody to another's (docs/adr/0014).
    Column("id", UUID, primary_key=True),
    Column("subject_id", UUID, ForeignKey("subject.id"), nullable=False),
    Column("from_organisation", Text, ForeignKey("organisation.id"), nullable=False),
    Column("to_organisation", Text, ForeignKey("organisation.id"), nullable=False),
    Column("state", Text, nullable=False),  # app.domain.hand_over
    Column("reason", Text, nullable=False),  # redacted
    Column("requested_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("requested_at", instant, nullable=False),
    Column("answer", Text, nullable=False, server_default=text("''")),  # redacted
    Column("ended_by", UUID, ForeignKey("person.id")),
    Column("ended_at", instant),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index(
    "uq_subject_hand_over_live",
    subject_hand_over.c.subject_id,
    unique=True,
    postgresql_where=subject_hand_over.c.state == "requested",
)
Index("ix_subject_hand_over_to", subject_hand_over.c.to_organisation, subject_hand_over.c.state)
