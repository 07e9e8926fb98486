"""People, where they work, and what they may do."""
