"""Case notes: what a contact was about, written beside the talk, stored without identities, found again."""
