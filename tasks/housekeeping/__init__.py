"""What is in the data folder and whether it still counts (`Status`), and clearing up (`Clean`)."""
