"""The demo newspaper: its pages, its server, and how it comes into the tables."""
