"""The public notice, the corrections log, its feeds, and the answers to readers."""
