"""Use-cases of people: enrolment, files, import from a list, payers, leaving, and the officers' accounts."""
