"""The pages that people use: server-rendered, complete without JavaScript."""
