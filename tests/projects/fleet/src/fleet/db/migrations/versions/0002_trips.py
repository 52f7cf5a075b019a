"""Trips.

Revision ID: 0002
Revises: 0001
Create Date: 2024-03-04 10:11:12.131415

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0002'
down_revision: Union[str, None] = '0001'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table('trips', sa.Column('id', sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table('trips')
