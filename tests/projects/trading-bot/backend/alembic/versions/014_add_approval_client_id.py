"""add approval client id

Revision ID: 014_add_approval_client_id
Revises: 013_add_device_revoked
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '014_add_approval_client_id'
down_revision = '013_add_device_revoked'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_approval_client_id', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_approval_client_id')
