"""`Status` shows what is in the data folder and whether it is up to date; `Clean` removes what is not needed."""
