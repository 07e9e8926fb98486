"""Training sessions, who is enrolled and who attended. Not built yet."""
