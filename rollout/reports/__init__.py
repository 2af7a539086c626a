"""Reports: one content, read from the programme, and four ways to write it."""
