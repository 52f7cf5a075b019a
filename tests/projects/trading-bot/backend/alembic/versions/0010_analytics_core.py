"""analytics core

Revision ID: 0010_analytics_core
Revises: 0009_copytrading_compliance
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0010_analytics_core'
down_revision = '0009_copytrading_compliance'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('analytics_core', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('analytics_core')
