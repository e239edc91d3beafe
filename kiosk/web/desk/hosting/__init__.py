"""Pages about hosting: the rota, its template, the year, and what the links of mails lead to."""
