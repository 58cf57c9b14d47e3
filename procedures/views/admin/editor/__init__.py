"""The editor of the open draft of a procedure, under /quan-tri/thu-tuc/<code>/soan/."""
