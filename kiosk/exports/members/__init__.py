"""Makes the page that shows a member all data known about them."""
