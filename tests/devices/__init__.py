"""Tests of the drivers and of the simulators beside them."""
