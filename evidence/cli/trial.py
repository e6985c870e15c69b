"""The data as a file would leave them, tried before anything is written, for `evidence import`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from evidence.cli.project import DATA, FaultsError, copied_data
from evidence.cli.terminal import plural

if TYPE_CHECKING:
    from evidence.model.faults import Fault


# Nobody reads more of them.
_MOST = 1_000


def try_data(project: Path, texts: Mapping[str, str]) -> "list[Fault]":
    """Return what would be left open for a person to say, if some files held other texts.

    Raises
    ------
    FaultsError
        Anything else would be wrong.
    """
    from evidence.model.faults import FaultCode

    open_ended = {
        FaultCode.EMPTY_TABLE,
        FaultCode.REQUIRED,
        FaultCode.SOURCE_WITHOUT_APPRAISAL,
        FaultCode.SOURCE_WITHOUT_CODING,
        FaultCode.SOURCE_WITHOUT_SCREENING,
        FaultCode.SCREENING_MISMATCH,
    }
    found = _faults(project, texts)
    if wrong := [one for one in found if one.code not in open_ended]:
        # Rows that are put in move the faults that there were before.
        before = Counter(_without_place(one) for one in _faults(project, {}))
        new = []
        for one in wrong:
            before[_without_place(one)] -= 1
            if before[_without_place(one)] < 0:
                new.append(one)
        if new:
            stop(new, "the data as they would be; nothing is written")
    return [one for one in found if one.code in open_ended]


def _without_place(fault: "Fault") -> tuple[str, ...]:
    return fault.file, str(fault.column), fault.code, fault.message


def stop(faults: "Sequence[Fault]", where: str) -> NoReturn:
    """Raise all faults that a file or the data have, of very many the first."""
    lines = [str(fault) for fault in faults[:_MOST]]
    if len(faults) > _MOST:
        lines.append(f"and {len(faults) - _MOST:,} more")
    raise FaultsError("\n".join([*lines, f"{plural(len(faults), 'fault')} in {where}"]))


def _faults(project: Path, texts: Mapping[str, str]) -> "list[Fault]":
    from dataclasses import replace

    from evidence.model.faults import DataFaults
    from evidence.model.load import load

    with copied_data(project, texts) as data:
        try:
            load(data)
        except DataFaults as error:
            return [
                replace(
                    one,
                    file=f"{DATA}/{Path(one.file).name}",
                    message=one.message.replace(data.as_posix(), DATA),
                )
                for one in error.faults
            ]
    return []
