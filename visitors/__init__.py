"""Those who ask and send: their addresses, how often they ask, and how much they send."""
