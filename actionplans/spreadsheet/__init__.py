"""Export activities to Excel and import them again.

`cell_kinds` converts each kind of cell, `choices` holds the plans, goals, people and organisations that a file may
name. `exporter` writes the file. `parser` reads an uploaded file, which may be hostile, `row_reader` validates a row,
`preview` reports what would change, `importer` saves all or nothing, and `jobs` keeps the file meanwhile. The columns
stand in `actionplans.columns`, with those of the public files.
"""
