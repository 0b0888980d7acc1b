"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute("CREATE SCHEMA vault")
    op.create_table(
        "change",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
    )
    op.create_index("ix_change_at", "change", ["at"], unique=False)
    op.create_table(
        "command",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=True),
        sa.Column("leg_id", sa.UUID(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_command")),
    )
    op.create_index(
        "ix_command_due", "command", ["due_at", "seq"], unique=False, postgresql_where=sa.text("done_at IS NULL")
    )
    op.create_index(
        "ix_command_leg", "command", ["leg_id", "seq"], unique=False, postgresql_where=sa.text("done_at IS NULL")
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("provider_call_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=True),
        sa.Column("leg_id", sa.UUID(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("received_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_index("ix_ledger_contact", "ledger", ["contact_id"], unique=False)
    op.create_index("ix_ledger_received", "ledger", ["received_at"], unique=False)
    op.create_index("uq_ledger_event", "ledger", ["provider", "dedupe_key"], unique=True)
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.BIGINT(), autoincrement=True, nullable=False),
        sa.Column("login_key", sa.LargeBinary(), nullable=False),
        sa.Column("origin_key", sa.LargeBinary(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    op.create_index("ix_login_attempt_login", "login_attempt", ["login_key", "at"], unique=False)
    op.create_index("ix_login_attempt_origin", "login_attempt", ["origin_key", "at"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("work_name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default=sa.text("'zh'"), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.BIGINT(), nullable=True),
        sa.Column("demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("disabled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
    )
    op.create_table(
        "setting_version",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting_version")),
    )
    op.create_table(
        "timer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
    )
    op.create_index("ix_timer_due", "timer", ["due_at"], unique=False, postgresql_where=sa.text("done_at IS NULL"))
    op.create_index(
        "uq_timer_live", "timer", ["kind", "subject_id"], unique=True, postgresql_where=sa.text("done_at IS NULL")
    )
    op.create_table(
        "worker_beat",
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("started_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("beat_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("timer_lag_ms", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_worker_beat")),
    )
    op.create_table(
        "block",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("subject_token", sa.LargeBinary(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.UUID(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("lifted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_block_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
    )
    op.create_index(
        "ix_block_subject", "block", ["subject_token"], unique=False, postgresql_where=sa.text("lifted_at IS NULL")
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=True),
        sa.Column("line_version_id", sa.UUID(), nullable=True),
        sa.Column("number_dialled", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), server_default=sa.text("'voice'"), nullable=False),
        sa.Column("direction", sa.Text(), server_default=sa.text("'inbound'"), nullable=False),
        sa.Column("subject_token", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), server_default=sa.text("'zh'"), nullable=False),
        sa.Column("consents", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("danger", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("priority", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("skills", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("stage_since", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ways_tried", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("queue_key_id", sa.Integer(), nullable=True),
        sa.Column("queue_rank", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("prefers_person_id", sa.UUID(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("bridge", sa.Text(), nullable=True),
        sa.Column("offered_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("enqueued_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("waiting_since", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("answered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("closed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("terminal_reason", sa.Text(), nullable=True),
        sa.Column("refused_as", sa.Text(), nullable=True),
        sa.Column("outside_answered", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("requeued", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("silence_prompts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(
        "ix_contact_live", "contact", ["line_id"], unique=False, postgresql_where=sa.text("state != 'closed'")
    )
    op.create_index("ix_contact_offered_at", "contact", ["line_id", "offered_at"], unique=False)
    op.create_index(
        "ix_contact_queue",
        "contact",
        ["queue_key_id", "queue_rank", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_contact_subject",
        "contact",
        ["subject_token"],
        unique=False,
        postgresql_where=sa.text("subject_token IS NOT NULL"),
    )
    op.create_index(
        "ix_contact_waiting", "contact", ["line_id"], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_index(
        "uq_contact_held_by",
        "contact",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('connecting', 'talking')"),
    )
    op.create_table(
        "credential",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "skill", name=op.f("pk_credential")),
    )
    op.create_table(
        "line",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_line_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about_person_id", sa.UUID(), nullable=True),
        sa.Column("contact_id", sa.UUID(), nullable=True),
        sa.Column("line_id", sa.Text(), nullable=True),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("seen_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("seen_by", sa.UUID(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_person_id"], ["person.id"], name=op.f("fk_notice_about_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["seen_by"], ["person.id"], name=op.f("fk_notice_seen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_open", "notice", ["at"], unique=False, postgresql_where=sa.text("seen_at IS NULL"))
    op.create_table(
        "pool",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_pool_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool")),
    )
    op.create_table(
        "presence",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("activity", sa.Text(), server_default=sa.text("'offline'"), nullable=False),
        sa.Column("reach", sa.Text(), server_default=sa.text("'browser'"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("since", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ready_since", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("pools", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("skills", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("shift_ends_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("heartbeat_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("missed_in_row", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answered_today", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answered_on", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("offer_id", sa.UUID(), nullable=True),
        sa.Column("contact_id", sa.UUID(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_presence_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_presence")),
    )
    op.create_index(
        "ix_presence_ready", "presence", ["ready_since"], unique=False, postgresql_where=sa.text("activity = 'ready'")
    )
    op.create_index(
        "ix_presence_ready_pools",
        "presence",
        ["pools"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("activity = 'ready'"),
    )
    op.create_table(
        "role_grant",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope_kind", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id"), ondelete="CASCADE"),
        sa.UniqueConstraint(
            "person_id", "role", "scope_kind", "scope_id", name=op.f("uq_role_grant_person_id_role_scope_kind_scope_id")
        ),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("seen_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("revoked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(
        "ix_session_person", "session", ["person_id"], unique=False, postgresql_where=sa.text("revoked_at IS NULL")
    )
    op.create_table(
        "call_back",
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("consented_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("dialled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("new_contact_id", sa.UUID(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_call_back_contact_id")),
        sa.ForeignKeyConstraint(["new_contact_id"], ["contact.id"], name=op.f("fk_call_back_new_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_back_person_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_call_back")),
    )
    op.create_table(
        "leg",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("offer_id", sa.UUID(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("provider_call_id", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("desired", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("in_bridge", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("muted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("on_hold", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("last_seq", sa.Integer(), server_default=sa.text("-1"), nullable=False),
        sa.Column("bridge_seq", sa.Integer(), server_default=sa.text("-1"), nullable=False),
        sa.Column("bridge_instance", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("started_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("answered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("joined_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("erased_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_leg_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leg_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leg")),
    )
    op.create_index("ix_leg_contact", "leg", ["contact_id"], unique=False)
    op.create_index("ix_leg_unerased", "leg", ["ended_at"], unique=False, postgresql_where=sa.text("erased_at IS NULL"))
    op.create_index("uq_leg_caller", "leg", ["contact_id"], unique=True, postgresql_where=sa.text("role = 'caller'"))
    op.create_index(
        "uq_leg_provider_call",
        "leg",
        ["provider", "provider_call_id"],
        unique=True,
        postgresql_where=sa.text("provider_call_id IS NOT NULL"),
    )
    op.create_table(
        "line_number",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column("placeholder", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_line_number_line_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_line_number")),
    )
    op.create_table(
        "line_pool",
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_line_pool_line_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_line_pool_pool_id")),
        sa.PrimaryKeyConstraint("line_id", "pool_id", name=op.f("pk_line_pool")),
    )
    op.create_table(
        "line_version",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("valid_from", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("valid_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.Column("applied_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("line_id"), "="),
            (sa.text("tstzrange(valid_from, valid_until)"), "&&"),
            using="gist",
            name="ex_line_version_overlap",
        ),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_line_version_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_version")),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("'queue'"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("reach", sa.Text(), nullable=False),
        sa.Column("leg_id", sa.UUID(), nullable=True),
        sa.Column("offered_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ring_until", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("answered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("bridged_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_offer_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_offer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index("ix_offer_contact", "offer", ["contact_id"], unique=False)
    op.create_index(
        "uq_offer_contact_accepted",
        "offer",
        ["contact_id"],
        unique=True,
        postgresql_where=sa.text("state = 'accepted'"),
    )
    op.create_index(
        "uq_offer_person_live",
        "offer",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('offered', 'accepted')"),
    )
    op.create_table(
        "pool_member",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pool_member_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_pool_member_pool_id")),
        sa.PrimaryKeyConstraint("person_id", "pool_id", name=op.f("pk_pool_member")),
    )
    op.create_index("ix_pool_member_pool", "pool_member", ["pool_id", "person_id"], unique=False)
    op.create_table(
        "queue_key",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("skills", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("stage", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_queue_key_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_key")),
    )
    op.create_index("uq_queue_key", "queue_key", ["line_id", "skills", "stage"], unique=True)
    op.create_table(
        "shift",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_by", sa.UUID(), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("cancelled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_shift_created_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_shift_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_shift_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index(
        "ix_shift_person",
        "shift",
        ["person_id", "starts_at"],
        unique=False,
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )
    op.create_index(
        "ix_shift_pool",
        "shift",
        ["pool_id", "starts_at"],
        unique=False,
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("from_person_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target_kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("leg_id", sa.UUID(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_transfer_contact_id")),
        sa.ForeignKeyConstraint(["from_person_id"], ["person.id"], name=op.f("fk_transfer_from_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    op.create_index(
        "uq_transfer_live",
        "transfer",
        ["contact_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('ringing', 'joined')"),
    )
    op.create_table(
        "sealed_number",
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_sealed_number_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_sealed_number")),
        schema="vault",
    )
    op.create_table(
        "voicemail",
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("left_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("heard_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("erased_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_voicemail_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_voicemail_person_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_voicemail")),
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_table("voicemail")
    op.drop_table("sealed_number", schema="vault")
    op.drop_index("uq_transfer_live", table_name="transfer", postgresql_where=sa.text("state IN ('ringing', 'joined')"))
    op.drop_table("transfer")
    op.drop_index("ix_shift_pool", table_name="shift", postgresql_where=sa.text("cancelled_at IS NULL"))
    op.drop_index("ix_shift_person", table_name="shift", postgresql_where=sa.text("cancelled_at IS NULL"))
    op.drop_table("shift")
    op.drop_index("uq_queue_key", table_name="queue_key")
    op.drop_table("queue_key")
    op.drop_index("ix_pool_member_pool", table_name="pool_member")
    op.drop_table("pool_member")
    op.drop_index(
        "uq_offer_person_live", table_name="offer", postgresql_where=sa.text("state IN ('offered', 'accepted')")
    )
    op.drop_index("uq_offer_contact_accepted", table_name="offer", postgresql_where=sa.text("state = 'accepted'"))
    op.drop_index("ix_offer_contact", table_name="offer")
    op.drop_table("offer")
    op.drop_table("line_version")
    op.drop_table("line_pool")
    op.drop_table("line_number")
    op.drop_index("uq_leg_provider_call", table_name="leg", postgresql_where=sa.text("provider_call_id IS NOT NULL"))
    op.drop_index("uq_leg_caller", table_name="leg", postgresql_where=sa.text("role = 'caller'"))
    op.drop_index("ix_leg_unerased", table_name="leg", postgresql_where=sa.text("erased_at IS NULL"))
    op.drop_index("ix_leg_contact", table_name="leg")
    op.drop_table("leg")
    op.drop_table("call_back")
    op.drop_index("ix_session_person", table_name="session", postgresql_where=sa.text("revoked_at IS NULL"))
    op.drop_table("session")
    op.drop_table("role_grant")
    op.drop_index(
        "ix_presence_ready_pools",
        table_name="presence",
        postgresql_using="gin",
        postgresql_where=sa.text("activity = 'ready'"),
    )
    op.drop_index("ix_presence_ready", table_name="presence", postgresql_where=sa.text("activity = 'ready'"))
    op.drop_table("presence")
    op.drop_table("pool")
    op.drop_index("ix_notice_open", table_name="notice", postgresql_where=sa.text("seen_at IS NULL"))
    op.drop_table("notice")
    op.drop_table("line")
    op.drop_table("credential")
    op.drop_index(
        "uq_contact_held_by", table_name="contact", postgresql_where=sa.text("state IN ('connecting', 'talking')")
    )
    op.drop_index("ix_contact_waiting", table_name="contact", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index("ix_contact_subject", table_name="contact", postgresql_where=sa.text("subject_token IS NOT NULL"))
    op.drop_index("ix_contact_queue", table_name="contact", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index("ix_contact_offered_at", table_name="contact")
    op.drop_index("ix_contact_live", table_name="contact", postgresql_where=sa.text("state != 'closed'"))
    op.drop_table("contact")
    op.drop_index("ix_block_subject", table_name="block", postgresql_where=sa.text("lifted_at IS NULL"))
    op.drop_table("block")
    op.drop_table("worker_beat")
    op.drop_index("uq_timer_live", table_name="timer", postgresql_where=sa.text("done_at IS NULL"))
    op.drop_index("ix_timer_due", table_name="timer", postgresql_where=sa.text("done_at IS NULL"))
    op.drop_table("timer")
    op.drop_table("setting_version")
    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_index("ix_login_attempt_origin", table_name="login_attempt")
    op.drop_index("ix_login_attempt_login", table_name="login_attempt")
    op.drop_table("login_attempt")
    op.drop_index("uq_ledger_event", table_name="ledger")
    op.drop_index("ix_ledger_received", table_name="ledger")
    op.drop_index("ix_ledger_contact", table_name="ledger")
    op.drop_table("ledger")
    op.drop_index("ix_command_leg", table_name="command", postgresql_where=sa.text("done_at IS NULL"))
    op.drop_index("ix_command_due", table_name="command", postgresql_where=sa.text("done_at IS NULL"))
    op.drop_table("command")
    op.drop_index("ix_change_at", table_name="change")
    op.drop_table("change")
    op.execute("DROP SCHEMA vault")
