"""Pages of checklists, safety checks and hazards."""
