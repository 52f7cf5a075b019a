"""add orders

Revision ID: 009_add_orders
Revises: 008_add_catalog_entitlements
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '009_add_orders'
down_revision = '008_add_catalog_entitlements'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_orders', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_orders')
