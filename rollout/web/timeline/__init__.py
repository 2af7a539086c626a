"""The timeline: phases, activities and milestones over working days, and what if."""
