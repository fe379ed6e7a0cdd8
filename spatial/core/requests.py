"""Which request is being answered, for the log and the audit; none in a command or a worker."""

from contextvars import ContextVar

NONE = "-"
request_id: ContextVar[str] = ContextVar("request_id", default=NONE)


def current() -> str:
    """The id of the request that is being answered, or an empty text."""
    name = request_id.get()
    return "" if name == NONE else name
