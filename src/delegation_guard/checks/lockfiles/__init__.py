"""Lock files: which manifest each follows, and what the readable ones say."""
