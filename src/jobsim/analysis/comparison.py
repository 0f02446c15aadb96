"""The result of a comparison as people meet it; may import findings, text and saving."""

from __future__ import annotations

import dataclasses
import html
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jobsim.analysis.comparison_text import tables_of_comparison
from jobsim.analysis.findings import Findings
from jobsim.analysis.saving import save_tables
from jobsim.analysis.tables import Table
from jobsim.ledger import Prices

__all__ = ["Comparison"]


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(Findings):
    """A scenario beside a baseline, paired by key and priced; increments are scenario − baseline.

    Parameters
    ----------
    played, baseline : Played
        The two scenarios with their volumes, every replication kept.
    prices : Prices

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> dearer = result.reprice(result.prices.with_({"equalisation.kept_share": 0.5}))
    >>> dearer.row("placements", year=2018) == result.row("placements", year=2018)
    True
    """

    def reprice(self, prices: Prices) -> Comparison:
        """Price the same volumes with another price list; nothing is simulated again."""
        return dataclasses.replace(self, prices=prices)

    def save(self, folder: str | Path) -> list[Path]:
        """Write tables (CSV, Excel), the dataset (NetCDF) and the run record to a folder.

        Parameters
        ----------
        folder : path of a folder, made if it is not there; files of the same name are replaced

        Returns
        -------
        list of Path, the files written

        Raises
        ------
        OutputError
            If something cannot be written there.
        """
        return save_tables(
            folder,
            {
                "municipality_by_budget_year": self.municipal_table(),
                "measures": self.to_frame(),
                "claims": self.claims_frame(),
            },
            self.to_dataset(),
            self.record,
        )

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
        return tables_of_comparison(self)
