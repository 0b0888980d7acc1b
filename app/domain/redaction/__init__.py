"""What in a text can name a person, and what takes its place: pure rules, no model and no file (field.md section 7)."""
