"""The front door: takes POST /api/reports before Django does, and commits whole batches."""
