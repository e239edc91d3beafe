"""Use-cases of hosting: the rota, taking and giving up shifts, swapping, confirming, and the mails about them."""
