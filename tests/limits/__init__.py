"""What a stranger may send, and how large: one table, the limits in it, and how the work grows."""
