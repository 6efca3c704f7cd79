"""Activities out to a spreadsheet and back: what coordinators live in.

`columns` says what a file holds, `widgets` how each cell reads, `choices` which plans, goals, people and organisations
it may name. `writing` makes the file. `reading` takes one apart that may be hostile, `resource` judges its rows,
`trying` tells what would come of it, `saving` lets it come, all or nothing, and `jobs` keeps the file in between.
"""
