"""The rules of members' telephones: how one is paired by the member's badge, or by a code sent by mail."""
