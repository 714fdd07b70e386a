"""What else is read from a cell's declaration: its equations on paper, other libraries' layouts."""
