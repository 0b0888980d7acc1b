"""PostgreSQL for a machine that has none: its own cluster in the data folder, on a private unix socket.

Decided in design.md section 6, row "embedded database", and docs/adr/0003-embedded-postgresql.md. A deployment with
a database of its own sets HOTLINE_DATABASE_URL and never comes here.
"""

from app.platform.embedded_postgres.failures import DatabaseUnavailable
from app.platform.embedded_postgres.supervisor import RunningDatabase, ensure_database

__all__ = ["DatabaseUnavailable", "RunningDatabase", "ensure_database"]
