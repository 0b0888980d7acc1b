"""Whoever is ready longest is read alone."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.drop_index(op.f("ix_presence_ready"), table_name="presence", postgresql_where="(activity = 'ready'::text)")
    op.create_index(
        op.f("ix_presence_ready"),
        "presence",
        ["ready_since", "person_id"],
        unique=False,
        postgresql_where="(activity = 'ready'::text)",
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_index(op.f("ix_presence_ready"), table_name="presence", postgresql_where="(activity = 'ready'::text)")
    op.create_index(
        op.f("ix_presence_ready"),
        "presence",
        ["ready_since"],
        unique=False,
        postgresql_where="(activity = 'ready'::text)",
    )
