"""What is kept of a person: shown, deleted at the person's wish, and deleted when its time is over."""
