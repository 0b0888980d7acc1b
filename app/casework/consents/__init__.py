"""What a caller agreed to: a ledger of entries that are never changed, a contact at a time."""
