"""Thousands of short values at once, by numpy and one call of AES for all of them (adr/0008).

What costs time with short values is not AES but the call for each value. So a batch makes the cipher's blocks for all
rows, has AES-ECB encrypt them in one call, and does the rest (counter mode, GHASH, CMAC) with arrays. For longer values
the call for each value is faster; `roads` knows which are.
"""
