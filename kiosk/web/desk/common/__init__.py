"""Shared by the desk's areas: the office behind them, permissions, words, formats, forms, pages of lists."""
