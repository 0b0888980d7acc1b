"""What is rarely asked is not written each time."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.drop_index(op.f("ix_change_at"), table_name="change")
    op.drop_index(op.f("ix_contact_waiting"), table_name="contact", postgresql_where="(state = 'waiting'::text)")


def downgrade() -> None:
    """Take this step back."""
    op.create_index(
        op.f("ix_contact_waiting"), "contact", ["line_id"], unique=False, postgresql_where="(state = 'waiting'::text)"
    )
    op.create_index(op.f("ix_change_at"), "change", ["at"], unique=False)
