"""The hotline. Whatever part of it is loaded, it begins here."""

import gc

# Modules, routes and schemas are half a million objects that stay. Looking for garbage among them after every 700 new
# ones, as Python does by itself, was a fifth of a start; a running service sets this anew (app.cli.running).
gc.set_threshold(50_000, 20, 50)
