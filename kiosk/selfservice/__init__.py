"""The pages of the screen on which members help themselves: account, payments, purchases, guests, joining, codes."""
