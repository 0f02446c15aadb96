"""What a study keeps and how: one SQLite file of checked rows; may import analysis and errors."""
