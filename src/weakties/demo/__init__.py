"""The demo world: one invented person's eight years of mail, written as real export files with the truth about them."""
