"""calibrations

Revision ID: d1a000000004
Revises: d1a000000003
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'd1a000000004'
down_revision = 'd1a000000003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('calibrations', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('calibrations')
