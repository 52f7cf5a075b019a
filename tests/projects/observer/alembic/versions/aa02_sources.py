"""sources

Revision ID: aa02
Revises: aa01
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'aa02'
PREVIOUS = 'aa01'
down_revision = PREVIOUS
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('sources', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('sources')
