"""The code lists as data: one YAML file a list, with its version and source; `app.casework.notes.coding` reads them."""
