"""the vault has a role of its own, and the audit a chain.

Written by hand where autogeneration sees nothing: whose the vault's tables are, and that an audit row stays as it is.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.platform.vault_role import MAY_TAKE_IT, VaultRoleMissing

revision = "0005"
down_revision = "0004"

# What the application may do with the vault's tables without taking the vault's role: never read what is sealed.
OPEN_TO_US = {
    "sealed_number": "contact_id, created_at",
    "identity": "id, contact_id, kind, purpose, created_at, created_by, expires_at",
}
APPEND_ONLY = ["audit_entry", "audit_seal", "audit_day"]


def upgrade() -> None:
    """Bring the schema one step forward."""
    ours = op.get_bind().exec_driver_sql("SELECT current_user").scalar_one()
    if op.get_bind().exec_driver_sql(MAY_TAKE_IT).scalar_one_or_none() is not True:
        raise VaultRoleMissing(ours)
    op.create_table(
        "audit_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_entry_id", sa.BigInteger(), nullable=False),
        sa.Column("last_entry_id", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("closed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_audit_day")),
    )
    op.create_table(
        "audit_seal",
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        "key_known",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("known_since", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("retired_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "key_id", name=op.f("pk_key_known")),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.UUID(), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('number', 'name', 'location')", name=op.f("ck_identity_kind")),
        sa.CheckConstraint("purpose IN ('came_with_call', 'rescue', 'follow_up')", name=op.f("ck_identity_purpose")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_identity_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_identity_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("contact_id", "kind", "purpose", name=op.f("uq_identity_contact_id_kind_purpose")),
        schema="vault",
    )
    op.create_index("ix_identity_expires", "identity", ["expires_at"], unique=False, schema="vault")
    op.create_table(
        "vault_opening",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=True),
        sa.Column("line_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("single_handed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.UUID(), nullable=False),
        sa.Column("requested_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("lapses_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("decided_by", sa.UUID(), nullable=True),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("open_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("looks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("looked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("review_due_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.UUID(), nullable=True),
        sa.Column("reviewed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_vault_opening_contact_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_vault_opening_decided_by")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_vault_opening_requested_by")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_vault_opening_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_opening")),
    )
    op.create_index("ix_vault_opening_contact", "vault_opening", ["contact_id"], unique=False)
    op.create_index(
        "ix_vault_opening_live",
        "vault_opening",
        ["line_id"],
        unique=False,
        postgresql_where=sa.text("state IN ('requested', 'open', 'open_alone', 'to_review')"),
    )
    op.create_index("ix_vault_opening_requested", "vault_opening", ["requested_at"], unique=False)
    op.add_column("block", sa.Column("subject_key_id", sa.Text(), nullable=True))
    op.add_column("contact", sa.Column("subject_key_id", sa.Text(), nullable=True))
    op.execute("GRANT USAGE, CREATE ON SCHEMA vault TO hotline_vault")
    for table in OPEN_TO_US:
        op.execute(f"ALTER TABLE vault.{table} OWNER TO hotline_vault")
    op.execute("SET LOCAL ROLE hotline_vault")
    for table, readable in OPEN_TO_US.items():
        op.execute(f'GRANT INSERT, DELETE, TRUNCATE, SELECT ({readable}) ON vault.{table} TO "{ours}"')
    op.execute("RESET ROLE")
    op.execute(
        """CREATE FUNCTION stays_as_it_is() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             RAISE EXCEPTION 'the audit is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
               USING ERRCODE = 'insufficient_privilege';
           END $$"""
    )
    for table in APPEND_ONLY:
        op.execute(
            f"""CREATE TRIGGER {table}_stays_as_it_is BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION stays_as_it_is()"""
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays_as_it_is")


def downgrade() -> None:
    """Take this step back. What is sealed for a call-back stays; what was given for a rescue goes with its table."""
    ours = op.get_bind().exec_driver_sql("SELECT current_user").scalar_one()
    op.execute("SET LOCAL ROLE hotline_vault")
    op.execute(f'GRANT SELECT ON vault.sealed_number TO "{ours}"')
    op.execute("RESET ROLE")
    op.execute("CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM vault.sealed_number")
    op.execute("DROP TABLE vault.sealed_number")
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
    op.execute("INSERT INTO vault.sealed_number (contact_id, sealed, created_at) SELECT * FROM kept")
    op.execute("REVOKE ALL ON SCHEMA vault FROM hotline_vault")
    op.execute("DROP TRIGGER audit_entry_stays_as_it_is ON audit_entry")
    op.drop_column("contact", "subject_key_id")
    op.drop_column("block", "subject_key_id")
    op.drop_index("ix_vault_opening_requested", table_name="vault_opening")
    op.drop_index(
        "ix_vault_opening_live",
        table_name="vault_opening",
        postgresql_where=sa.text("state IN ('requested', 'open', 'open_alone', 'to_review')"),
    )
    op.drop_index("ix_vault_opening_contact", table_name="vault_opening")
    op.drop_table("vault_opening")
    op.execute("DROP TABLE vault.identity")  # as the schema's owner: the table is not ours
    op.drop_table("key_known")
    op.drop_table("audit_seal")
    op.drop_table("audit_day")
    op.execute("DROP FUNCTION stays_as_it_is()")
