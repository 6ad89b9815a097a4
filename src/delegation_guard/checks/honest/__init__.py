"""Product code and test plumbing that treat the tests specially."""
