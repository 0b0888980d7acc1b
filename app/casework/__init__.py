"""What was said is kept, who said it is not: case notes, files, the vault, instruments, review, retention."""
