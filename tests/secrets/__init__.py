# ruff: noqa: A005  # the package tests one of that name
