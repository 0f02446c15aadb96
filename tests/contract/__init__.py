"""One contract for every question: names, order, defaults, results, files, refusals, commands."""
