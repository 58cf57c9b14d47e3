"""Ways out for messages: SMS over HTTP, e-mail over SMTP; and the carriers' receipts coming back."""
