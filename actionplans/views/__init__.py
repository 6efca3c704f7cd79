"""The public pages, feeds and files of action plans, activities and organisations."""
