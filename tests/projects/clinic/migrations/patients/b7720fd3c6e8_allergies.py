"""allergies

Revision ID: b7720fd3c6e8
Revises: a1c40e77d901
Create Date: 2024-03-04 10:11:12.131415

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'b7720fd3c6e8'
down_revision: Union[str, None] = 'a1c40e77d901'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table('allergies', sa.Column('id', sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table('allergies')
