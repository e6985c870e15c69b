"""What was dear to make, kept between runs: one file under a key of all that it was made from."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

MOST = 4
_DIGEST = hashlib.sha256().digest_size


def load(folder: Path, name: str) -> bytes | None:
    """Return what is kept under a key, or nothing where it is not there or not whole.

    Parameters
    ----------
    folder
        The folder that keeps.
    name
        The key.
    """
    try:
        kept = (folder / name).read_bytes()
        (folder / name).touch()
    except OSError:
        return None
    digest, content = kept[:_DIGEST], kept[_DIGEST:]
    return content if hashlib.sha256(content).digest() == digest else None


def save(folder: Path, name: str, content: bytes) -> None:
    """Keep something, whole or not at all, and let the least used give way to it.

    Parameters
    ----------
    folder
        The folder that keeps; made if it does not exist.
    name
        The key.
    content
        What to keep.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix=".new-", dir=folder, delete=False) as file:
        beside = Path(file.name)
        try:
            file.write(hashlib.sha256(content).digest() + content)
            file.flush()
            beside.replace(folder / name)
        finally:
            beside.unlink(missing_ok=True)
    # What a run left that was killed while it wrote begins with a dot, and goes first.
    by_use = sorted(folder.iterdir(), key=lambda path: (path.name[0] != ".", path.stat().st_mtime))
    for old in by_use[:-MOST]:
        old.unlink()
