"""add close commands

Revision ID: 015_add_close_commands
Revises: 014_add_approval_client_id
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '015_add_close_commands'
down_revision = '014_add_approval_client_id'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_close_commands', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_close_commands')
