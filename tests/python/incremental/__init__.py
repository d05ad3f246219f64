"""The proof that incremental builds equal full ones, whatever arrives and when."""
