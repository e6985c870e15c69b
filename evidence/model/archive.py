"""Files as one ZIP archive whose bytes follow from the files alone."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

Parts = Mapping[str, bytes]
"""The name of each file in an archive to its bytes."""


def unzipped(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive of our own; one of a stranger has to be held back first."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Parts, *, plain: str = "") -> bytes:
    """Return files as an archive, in the order in which they are given.

    Parameters
    ----------
    plain
        The file that is not compressed, such as the one that says what the archive is.
    """
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            # The time of such an entry is always the same.
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if name == plain else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, part)
    return content.getvalue()
