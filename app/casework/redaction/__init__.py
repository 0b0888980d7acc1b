"""Taking identities out of free text: the taggers with their data, and the engine that joins them with the rules."""

import os

# Before numpy is loaded: its matrices are small here, and threads that wait for each other cost more than they bring.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
