"""What screens are made of: each draws rows, none takes keys by having the focus."""
