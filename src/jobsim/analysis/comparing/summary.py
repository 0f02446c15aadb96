"""A comparison without its replications, as people meet it; may import findings and text."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jobsim.analysis.comparing.findings import Findings
from jobsim.analysis.comparing.summary_text import tables_of_summary
from jobsim.analysis.outcomes.record import save_tables
from jobsim.text.tables import Table

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, repr=False, eq=False)
class Summary(Findings):
    """What a comparison found, as tables for terminals and notebooks; see `Findings`."""

    def save(self, folder: str | Path, *, data: xr.Dataset | None = None) -> list[Path]:
        """Write tables (CSV, Excel), the run record and, where given, a dataset (NetCDF).

        Parameters
        ----------
        folder : path of a folder, made if it is not there; files of the same name are replaced
        data : Dataset, optional

        Returns
        -------
        list of Path, the files written

        Raises
        ------
        OutputError
            If something cannot be written there.
        """
        tables = {
            "municipality_by_budget_year": self.municipal_table(),
            "measures": self.to_frame(),
            "claims": self.claims_frame(),
        }
        return save_tables(folder, tables, data, self.record)

    def __repr__(self) -> str:
        return "\n\n".join(part if isinstance(part, str) else part.text() for part in self._parts)

    def _repr_html_(self) -> str:
        return "".join(
            f'<p style="white-space:pre-wrap">{html.escape(part)}</p>'
            if isinstance(part, str)
            else part.html()
            for part in self._parts
        )

    @cached_property
    def _parts(self) -> list[Table | str]:
        return tables_of_summary(self)
