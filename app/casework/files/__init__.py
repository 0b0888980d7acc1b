"""A subject's file: one person, one file, without an identity in it (field.md section 1, number 6)."""
