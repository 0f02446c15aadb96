"""Tables and lines that results print; may import errors."""
