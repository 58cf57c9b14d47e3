"""Pages of the catalogue for the province and its departments, under /quan-tri/."""
