"""What things were before: each state that was saved, what differed, and what has been deleted."""
