"""Review of notes: which are looked at, what is said of them, packets for case conferences, counts for exports."""
