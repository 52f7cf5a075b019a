"""customers

Revision ID: 9be40d5512aa
Revises: 3f1a0c7be2d1
Create Date: 2024-03-04 10:11:12.131415

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '9be40d5512aa'
down_revision: Union[str, None] = '3f1a0c7be2d1'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table('customers', sa.Column('id', sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table('customers')
