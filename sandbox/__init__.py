"""The outside world as one small separate program (docs/sandbox.md): bank, SMS carrier, mail server, post.

It speaks their real protocols, keeps its own books and takes scripted faults. The product never imports it and it
imports nothing of the product: they meet only over the network, as in reality.
"""
