"""The parts of `bench/speed.py`: texts, rules, contestants, the clock, child processes, the page."""
