"""The course for a class on one machine, with JupyterHub: TEACHING.md, *A hub for a class*.

jupyterhub_config.py    what the hub is told: one environment for all, a copy for each student
trying.py               `make hub`, on a machine of one's own
server.py               begins a student's server: their copy first, brought up to date, trusted
"""
