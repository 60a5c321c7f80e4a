"""Arabic: the Arabic comma, and a clock of 24 hours, for which Django has no form of date and time."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y، H:i"
SHORT_DATE_FORMAT = "Y/m/d"
SHORT_DATETIME_FORMAT = "Y/m/d، H:i"
MONTH_DAY_FORMAT = "j F"
