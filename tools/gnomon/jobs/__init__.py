"""Measurements, jobs, and what they say of the specifications."""
