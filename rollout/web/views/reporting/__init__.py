"""What the pages and forms of monitoring do."""
