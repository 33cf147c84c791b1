"""One module per rule: `plant(county)` writes the situations and says what must come of each."""
