"""add devices

Revision ID: 005_add_devices
Revises: 004_add_affiliates
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '005_add_devices'
down_revision = '004_add_affiliates'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_devices', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_devices')
