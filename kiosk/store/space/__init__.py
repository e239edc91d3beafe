"""The association's dated rules and prices, its doors and sites, and figures of its visits."""
