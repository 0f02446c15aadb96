"""The one door for files: what is read is bounded and regular, what is written is written whole.

`reading` gives bytes and TOML, `tables` the rows of CSV files, `writing` puts files in their place.
May import errors. Strangers are not trusted.
"""
