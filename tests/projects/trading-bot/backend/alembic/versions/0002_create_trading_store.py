"""create trading store

Revision ID: 0002_create_trading_store
Revises: 0001_initial_schema
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0002_create_trading_store'
down_revision = '0001_initial_schema'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('create_trading_store', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('create_trading_store')
