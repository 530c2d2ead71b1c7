"""What the Directions section is made of: its rows, what it lists, the strip, the dialogues, and the own pack."""
