"""open positions

Revision ID: 0007
Revises: 0006
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('open_positions', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('open_positions')
