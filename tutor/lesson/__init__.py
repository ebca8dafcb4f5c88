"""Lessons: model, loading with line numbers, binding to captures, checking, playing."""
