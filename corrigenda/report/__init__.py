"""A reader says that something is wrong: the door that takes reports in, and the step that opens their cases."""
