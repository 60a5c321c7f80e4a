"""The demo newspaper is sound: its markup, its links, its dates, and the slips that are planted in it."""
