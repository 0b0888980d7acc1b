"""All tables in one place, for Alembic and for the tests' template database."""

from app.casework import tables as casework_tables
from app.casework.consents import tables as consents_tables
from app.casework.files import tables as files_tables
from app.casework.instruments import tables as instruments_tables
from app.casework.levels import tables as levels_tables
from app.casework.notes import tables as notes_tables
from app.casework.retention import tables as retention_tables
from app.casework.review import tables as review_tables
from app.casework.vault import tables as vault_tables
from app.contacts import tables as contacts_tables
from app.lines import tables as lines_tables
from app.people import tables as people_tables
from app.platform import tables as platform_tables
from app.platform.schema import metadata
from app.roster import tables as roster_tables

__all__ = [
    "casework_tables",
    "consents_tables",
    "contacts_tables",
    "files_tables",
    "instruments_tables",
    "levels_tables",
    "lines_tables",
    "metadata",
    "notes_tables",
    "people_tables",
    "platform_tables",
    "retention_tables",
    "review_tables",
    "roster_tables",
    "vault_tables",
]
