"""The outside world (CMSs, mail, fetching) as small protocols, each with a Null twin; knows no table."""
