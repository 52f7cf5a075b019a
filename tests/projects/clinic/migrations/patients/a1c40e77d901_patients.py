"""patients

Revision ID: a1c40e77d901
Revises: 
Create Date: 2024-03-04 10:11:12.131415

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'a1c40e77d901'
down_revision: Union[str, None] = None
branch_labels: Union[str, Sequence[str], None] = ('patients',)
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table('patients', sa.Column('id', sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table('patients')
