"""The quiz "real or generated?": values, a seeded game, scores and clues; torch only in the inspector."""
