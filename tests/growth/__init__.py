"""How the work of a request or a step grows with what is stored."""
