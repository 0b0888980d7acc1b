"""The level of risk that a person set, and every one before it."""
