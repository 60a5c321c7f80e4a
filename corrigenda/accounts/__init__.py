"""Who may sign in at the desk: members and their sessions."""
