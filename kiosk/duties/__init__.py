"""The office's duties: reads what there is to do from the records, words it, postpones it, and mails it once a week."""
