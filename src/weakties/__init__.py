"""weakties: which of my many loose connections deserve a word today, and why?

The public door of the package: open a workspace and ask it questions.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
