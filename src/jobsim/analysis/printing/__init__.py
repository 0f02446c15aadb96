"""Results as text and files: tables, lines, and what each question says."""
