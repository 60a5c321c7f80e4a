"""The folder at the desk of reports that wait without a case: suspected spam, floods, what was set aside."""
