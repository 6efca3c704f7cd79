"""Export activities and their milestones to Excel and import them again.

`cell_kinds` and `goal_cells` convert each kind of cell, `choices` holds the plans, goals, people and organisations that
a file may name. `exporter` writes the file, `layout` and `validations` what it looks like and lets people enter.
`parser` reads an uploaded file, which may be hostile, `row_reader` and `milestone_reader` validate a row, `preview`
reports what would change, `importer` saves all or nothing, `drafts` keeps what is to wait, and `jobs` keeps the file
meanwhile. The columns stand in `actionplans.columns`, with those of the public files, and in
`actionplans.milestone_columns`.
"""
