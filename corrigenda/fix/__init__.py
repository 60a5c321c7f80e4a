"""Turns an accepted case into an edit of the article in its CMS, and proves that it is live."""
