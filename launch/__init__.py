"""Starting and testing SCORE MIS: `make run` and `make test`.

These modules run before the virtual environment exists, so they import the standard library only
(`prepare` is the one exception: it runs inside the virtual environment).
"""
