"""The command line: dispatch, and the one error boundary."""
