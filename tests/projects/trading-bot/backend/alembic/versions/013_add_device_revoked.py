"""add device revoked

Revision ID: 013_add_device_revoked
Revises: 012_add_marketing_clicks
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '013_add_device_revoked'
down_revision = '012_add_marketing_clicks'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_device_revoked', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_device_revoked')
