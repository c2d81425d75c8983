"""What retention rules would take, and what they took."""
