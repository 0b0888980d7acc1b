"""The one failure the embedded database shows: a sentence for a person."""


class DatabaseUnavailable(Exception):  # noqa: N818 it is read as a sentence
    """The embedded database cannot be had; the message is one sentence that says what is wrong and what to do."""
