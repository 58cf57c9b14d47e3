"""Messages out: SMS, e-mail and the in-site inbox."""
