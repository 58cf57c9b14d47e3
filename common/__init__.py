"""What every room stands on: outbox, durable jobs, money, identifiers, Vietnamese text.

Imports nothing of ours."""
