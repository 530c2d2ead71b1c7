"""One panel a concept; a panel shows the recipe and emits intents."""
