"""The Python half of running users' own migrations; what passes between it and Rehearse is in docs/helper.md."""
