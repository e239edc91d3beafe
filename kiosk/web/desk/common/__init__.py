"""What the desk's areas share: the office behind them, permissions, words, formats, forms, pages of lists."""
