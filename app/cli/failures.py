"""What a command says instead of a stack trace."""


class CommandFailed(Exception):  # noqa: N818 the message is a sentence for a person: what is wrong, what to do
    """The command could not be carried out."""
