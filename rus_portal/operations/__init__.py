"""What those who run the portal look at: logs, conditions, metrics and the pages that show them."""
