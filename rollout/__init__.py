"""The domain: a housing programme, its places and partners, and what is rolled out."""
