"""The browser edition: JupyterLite with the course's notebooks, and a Python that a browser runs.

`make lite` builds it as a folder of files that any web server can offer; nothing is loaded from
elsewhere. `parts.toml` says what it is made of, `pyodide.py` puts Pyodide together, `build.py` the
rest, and `faults.py` looks at what came out.
"""
