"""The vault: identities kept sealed for a rescue, and how they are looked at (break-glass)."""
