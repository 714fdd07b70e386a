"""What keeps the course in order: its environment and its stored notebooks."""
