"""Operations: whether the service answers, and that no message is lost."""
