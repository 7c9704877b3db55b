"""The agency's answers: its files read, matched to our applicants, looked at, applied and undone."""
