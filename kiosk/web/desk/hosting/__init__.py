"""Holds the pages about hosting: the rota, its template, the year, and the pages behind links in mails."""
