"""The desk: queue, case, decisions, and the joining of reports of one passage."""
