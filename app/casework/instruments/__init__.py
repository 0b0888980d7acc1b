"""Instruments: questions and rules as data files with versions, what was answered, and what that prompts (P6)."""
