"""Pure rules as folds over events: credentials, STARTTLS verdicts, what Eve knows."""
