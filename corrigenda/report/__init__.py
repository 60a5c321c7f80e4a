"""A reader says that something is wrong: the door that takes reports in, the step that opens cases."""
