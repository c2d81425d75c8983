"""Running the centre: findings (what is wrong and what to do about it), health, metrics, logs."""
