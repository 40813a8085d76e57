"""The service: follows a registry upload by upload, reviews every file, keeps every verdict, answers for any file.

`follower` turns the registry's journal into jobs; `task` does one job; `local` (one machine) and `fleet` (Celery) are
two ways to call it; the store is the truth, and everything else may be killed at any time.
"""
