"""How our tagger is made: an invented corpus, training, packing. The product imports nothing of it (ADR 12)."""

import app.casework.redaction  # noqa: F401 before numpy: it says that one thread is enough
