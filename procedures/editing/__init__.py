"""The editor's rules: how a part of a draft's document is shown as a form, and how what is typed goes back into it."""
