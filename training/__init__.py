"""Courses, sessions, who is asked to come and who came."""
