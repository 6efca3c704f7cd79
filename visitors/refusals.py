"""What is refused for the sake of all other visitors, with the status of the answer."""

from django.core.exceptions import BadRequest


class RefusedError(BadRequest):
    """A request that is answered by the page of its status, whoever raises it: a view, a middleware, a read."""

    status: int
    page: str

    def __init__(self, retry_after: int | None = None) -> None:
        super().__init__(type(self).__doc__ or "")
        self.retry_after = retry_after
        """Seconds after which the same may work."""


class TooOftenError(RefusedError):
    """A network has asked for this more often than it may."""

    status, page = 429, "429"


class TooMuchSentError(RefusedError):
    """A network has sent many more bytes than it may, so this is not even read."""

    status, page = 429, "429_files"


class BusyError(RefusedError):
    """As many are sending as the portal can receive at once."""

    status, page = 503, "503_busy"


class FilesBusyError(RefusedError):
    """As many fetch large files as the portal can send at once."""

    status, page = 503, "503_downloads"


class NoRoomError(RefusedError):
    """As many search or sign in as the portal can handle at once."""

    status, page = 503, "503_many"
