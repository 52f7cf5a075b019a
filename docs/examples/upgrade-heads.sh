#!/bin/sh
# What every deployment does.
exec alembic upgrade heads
