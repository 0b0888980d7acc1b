"""Every column of bytes is either sealed and known to `app keys reseal`, or a keyed hash that nobody opens."""

from sqlalchemy import LargeBinary

from app.casework.vault.resealing import SEALED
from app.tables import metadata

# Keyed hashes and fingerprints: there is nothing in them to seal anew.
HASHES = {
    "audit_day.hash",
    "audit_seal.hash",
    "block.subject_token",
    "contact.subject_token",
    "key_known.fingerprint",
    "login_attempt.login_key",
    "login_attempt.origin_key",
    "placeholder.token",
    "pseudonym_successor.new_token",
    "pseudonym_successor.old_token",
    "session.token_hash",
    "subject_alias.token",
    "subject_moved_alias.token",
}


def test_a_sealed_column_is_known_to_the_command_that_seals_anew() -> None:
    found = {
        f"{table.fullname}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }

    # When this fails: add a sealed column to app/casework/vault/resealing.py, or a keyed hash to the list above.
    assert found - HASHES == {f"{each.table}.{each.column}" for each in SEALED}
    assert found >= HASHES
