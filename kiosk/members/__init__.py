"""The association's people: enrolment, files, import, payers, officers."""
