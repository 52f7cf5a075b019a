"""add execution store

Revision ID: 006_add_execution_store
Revises: 005_add_devices
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '006_add_execution_store'
down_revision = '005_add_devices'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_execution_store', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_execution_store')
