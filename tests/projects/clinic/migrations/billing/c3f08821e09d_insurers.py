"""insurers

Revision ID: c3f08821e09d
Revises: 5e9d10b8a4f7
Create Date: 2024-03-04 10:11:12.131415

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'c3f08821e09d'
down_revision: Union[str, None] = '5e9d10b8a4f7'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = [
    'b7720fd3c6e8',  # allergies are printed on bills
]


def upgrade() -> None:
    op.create_table('insurers', sa.Column('id', sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table('insurers')
