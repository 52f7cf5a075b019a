"""tides

Revision ID: 13_tides
Revises: 12_pilots
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'draft'; down_revision = None
revision = '13_tides'
down_revision = '12_pilots'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('tides', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('tides')
