"""What the worker's jobs share: locks, waking the worker, and the pauses between attempts."""
