"""Time and memory of the losses, compared with what a user would call instead.

    python -m bench --help

Plain Python that is not installed; the page that shows a saved run reads its JSON alone."""
