"""What people do about hosting: the rota, taking and giving up, swapping, confirming, asking."""
