"""add affiliates

Revision ID: 004_add_affiliates
Revises: 003_add_trading_tables
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '004_add_affiliates'
down_revision = '003_add_trading_tables'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_affiliates', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_affiliates')
