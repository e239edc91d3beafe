"""Looks after the association's people: enrolment, files, import, payers, officers."""
