"""Sheets: what a file of people holds, in which columns, and how it is written and locked."""
