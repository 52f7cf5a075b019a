"""add signals approvals

Revision ID: 003
Revises: 002
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '003'
down_revision = '002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_signals_approvals', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_signals_approvals')
