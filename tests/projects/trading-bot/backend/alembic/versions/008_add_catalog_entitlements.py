"""add catalog entitlements

Revision ID: 008_add_catalog_entitlements
Revises: 007_add_telegram
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '008_add_catalog_entitlements'
down_revision = '007_add_telegram'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_catalog_entitlements', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_catalog_entitlements')
