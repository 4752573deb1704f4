"""How strong: tie days, the features of each tie at a day, strength and alive with their reasons, each tie's own rhythm."""
