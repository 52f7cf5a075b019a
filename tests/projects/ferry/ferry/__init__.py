"""Ferries: settings, and types of columns."""
