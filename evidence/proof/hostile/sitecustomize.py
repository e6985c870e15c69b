"""Make the interpreter a bad place to build in; Python runs this first where it is on the path.

The clock is years ahead, folders list their files backwards, and there is one processor core.
"""

import datetime
import os
import time
from collections.abc import Iterator
from typing import Any

# Its compiled types are built upon the real ones, and won't load once these have given way.
import pandas  # noqa: F401

AHEAD = 3_333 * 86_400 + 12_345

_time, _time_ns = time.time, time.time_ns
_gmtime, _localtime, _ctime, _strftime = time.gmtime, time.localtime, time.ctime, time.strftime
_listdir, _scandir = os.listdir, os.scandir
_datetime, _date = datetime.datetime, datetime.date


def _now() -> float:
    return _time() + AHEAD


time.time = _now
time.time_ns = lambda: _time_ns() + AHEAD * 1_000_000_000
time.gmtime = lambda seconds=None, /: _gmtime(_now() if seconds is None else seconds)
time.localtime = lambda seconds=None, /: _localtime(_now() if seconds is None else seconds)
time.ctime = lambda seconds=None, /: _ctime(_now() if seconds is None else seconds)
time.strftime = lambda form, when=None, /: _strftime(
    form, _localtime(_now()) if when is None else when
)


class _SameType(type):
    """What was made without the classes below is of their type all the same."""

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, cls.__mro__[1])


class _Datetime(datetime.datetime, metaclass=_SameType):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        return _datetime.fromtimestamp(_now(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        return _datetime.fromtimestamp(_now(), datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        return _datetime.fromtimestamp(_now())


class _Date(datetime.date, metaclass=_SameType):
    @classmethod
    def today(cls) -> Any:
        return _date.fromtimestamp(_now())


datetime.datetime = _Datetime  # type: ignore[misc]
datetime.date = _Date  # type: ignore[misc]


class _Scanned:
    """The entries of a folder as `os.scandir` gives them, in another order."""

    def __init__(self, path: Any) -> None:
        with _scandir(path) as found:
            self._entries = iter(sorted(found, key=lambda entry: entry.name, reverse=True))

    def __enter__(self) -> "_Scanned":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._entries)

    def close(self) -> None:
        self._entries = iter(())


os.listdir = lambda path=".": sorted(_listdir(path), reverse=True)  # type: ignore[assignment]
os.scandir = lambda path=".": _Scanned(path)  # type: ignore[assignment]

if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
