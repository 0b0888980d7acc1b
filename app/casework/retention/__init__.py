"""How long records are kept, what holds them, and how a subject is erased, everywhere and once (ADR 17)."""
