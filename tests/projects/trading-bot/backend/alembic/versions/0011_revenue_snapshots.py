"""revenue snapshots

Revision ID: 0011
Revises: 0010
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('revenue_snapshots', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('revenue_snapshots')
