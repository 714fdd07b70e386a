"""What keeps the course in order: its environment, its stored notebooks. Learners need none of it."""
