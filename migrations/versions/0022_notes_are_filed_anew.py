"""Notes are filed anew: a word ends where Chinese begins."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Bring the schema one step forward."""
    # What a note is found by is read from its texts, batch by batch, by the worker (app/casework/notes/filing.py):
    # however many notes there are, none of them is locked for longer than its batch.
    op.execute(
        """INSERT INTO timer (id, kind, subject_id, due_at, created_at)
           SELECT gen_random_uuid(), 'notes_refiled', '00000000-0000-0000-0000-000000000001', now(), now()
           WHERE EXISTS (SELECT FROM note_search)
           ON CONFLICT (kind, subject_id) WHERE done_at IS NULL DO NOTHING"""
    )


def downgrade() -> None:
    """Take this step back: notes that were filed anew stay so."""
    op.execute("DELETE FROM timer WHERE kind = 'notes_refiled'")
