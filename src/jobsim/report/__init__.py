"""A page that people read: results of a comparison as one HTML file, in Danish or English.

May import results and plots. `language` holds words, number formats and tables, `results` what is
played, `pictures` drawings, the `*_part` files what each section says, `report` puts them together;
words are in `words/`, the page's frame in `template/`.
"""

from jobsim.report.report import Report, report_on

__all__ = ["Report", "report_on"]
