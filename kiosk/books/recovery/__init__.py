"""Records that lack what is known of them outside: after a restore, or after they went back."""
