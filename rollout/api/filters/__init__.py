"""What lists can be narrowed by: an allow-list for each."""
