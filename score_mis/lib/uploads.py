"""Uploads: none is kept that is far too large, and a full disk becomes a sentence instead of a server error."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

LARGEST = 32 * 1024 * 1024
"""Nothing the site takes is larger; of what is, only its size is known."""


class CarefulUploadHandler(TemporaryFileUploadHandler):
    """Django's own, which keeps larger uploads in temporary files, but for what is far too large or finds no room.

    Such a file arrives empty, with the size it had; `was_lost` says that there was no room for it.
    """

    is_dropped = was_lost = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        self.is_dropped = self.was_lost = False
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self.was_lost = self.is_dropped = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, unless the file is dropped."""
        if self.is_dropped:
            return
        if start + len(raw_data) > LARGEST:
            self._drop()
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            self.was_lost = True
            self._drop()

    def _drop(self) -> None:
        """Give the room back."""
        self.is_dropped = True
        self.file.close()

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return the file, or an empty one of its size."""
        if not self.is_dropped:
            try:
                return super().file_complete(file_size)
            except OSError:
                self.was_lost = True
                self._drop()
        return LostFile(self.file_name or "", self.content_type or "", file_size, was_lost=self.was_lost)

    def upload_interrupted(self) -> None:
        """Clean up after a connection that broke."""
        if not self.is_dropped:
            super().upload_interrupted()


class LostFile(UploadedFile):
    """An upload of which nothing was kept."""

    def __init__(self, name: str, content_type: str, size: int, *, was_lost: bool) -> None:
        super().__init__(file=None, name=name, content_type=content_type, size=size)
        self.was_lost = was_lost

    def __bool__(self) -> bool:
        return True

    def seek(self, *args: Any) -> int:
        """Stay at the beginning: there is nothing else."""
        return 0

    def read(self, *args: Any) -> bytes:
        """Nothing."""
        return b""

    def close(self) -> None:
        """Nothing; the uploads beside it are closed after it."""
