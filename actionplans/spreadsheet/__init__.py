"""Export activities to Excel and import them again.

`columns` lists the columns, `widgets` converts each kind of cell, `choices` holds the plans, goals, people and
organisations that a file may name. `exporter` writes the file. `parser` reads an uploaded file, which may be hostile,
`resource` validates its rows, `preview` reports what would change, `importer` saves all or nothing, and `jobs` keeps
the file meanwhile.
"""
