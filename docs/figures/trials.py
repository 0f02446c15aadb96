"""Play the trials that come with jobsim, print the table of the page on them, and draw it.

Run: python docs/figures/trials.py [FILE] [DRAWS]

Without a file name the picture is drawn and thrown away; 200 draws unless said otherwise.
"""

import io
import sys

import matplotlib

matplotlib.use("Agg")

import jobsim as js

draws = int(sys.argv[2]) if len(sys.argv) > 2 else 200
found = js.trials(draws=draws, needs=False, n_jobs=2)


def ends(low: float, high: float) -> str:
    """Two ends of a range."""
    return f"{low:,.1f} to {high:,.1f}"


print("| trial | outcome | role | published | predicted | over both | z | |")
print("|---|---|---|--:|--:|--:|--:|---|")
for row in found.rows:
    published = f"{row.published:,.1f}"
    if row.published_se > 0:
        published += f" ({ends(row.published_low, row.published_high)})"
    numbers = f"{published} | {row.predicted:,.1f} | {ends(row.range_low, row.range_high)}"
    verdict = "inside" if row.inside else "**outside**"
    signs = f"{numbers} | {row.z:+.1f}".replace("-", "−")
    role = row.role.replace("_", " ")
    print(f"| {row.trial} | {row.name} | {role} | {signs} | {verdict} |")
for role in dict.fromkeys(row.role for row in found.rows):
    rows = [row for row in found.rows if row.role == role]
    print(f"\n{role}: {sum(bool(row.inside) for row in rows)} of {len(rows)} inside")
js.plot(found).figure.savefig(sys.argv[1] if len(sys.argv) > 1 else io.BytesIO(), dpi=150)
