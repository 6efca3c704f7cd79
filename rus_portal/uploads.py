"""What is uploaded goes to the disk as it comes, and no further than a limit."""

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class LimitedFileUploadHandler(TemporaryFileUploadHandler):
    """A temporary file that ends at `UPLOAD_AT_MOST`, but tells how large the whole was, so that a form can say so.

    Every form that takes files looks at the size, so none takes one that ended too early.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= settings.UPLOAD_AT_MOST:
            super().receive_data_chunk(raw_data, start)
