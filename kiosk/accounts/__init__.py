"""Accounts (来往帐目): books, periods with their vouchers, and the staff congress's audit of them."""
