"""The eleven functions as an engine calls them: columns of arguments in, a column of results out.

`functions` is the table of them, `rows` and `values` run them over columns, `references` carry wrapped keysets through
a query; none of these knows an engine. `duckdb` registers them there.
"""
