"""What happened, appended and never rewritten."""
