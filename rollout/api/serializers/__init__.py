"""How the domain looks in the API: stable English codes, labels for readers."""
