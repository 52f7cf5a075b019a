"""pr075 trading controls

Revision ID: 0015_pr075_trading_controls
Revises: 0014_add_positions_table
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0015_pr075_trading_controls'
down_revision = '0014_add_positions_table'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('pr075_trading_controls', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('pr075_trading_controls')
