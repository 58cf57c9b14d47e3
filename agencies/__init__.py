"""Departments, communes, counters, posts of officers, the working calendar."""
