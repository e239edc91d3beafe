"""Rules of members' telephones: how one is paired by its member's badge, or by a code in a mail."""
