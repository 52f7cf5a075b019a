"""boxes

Revision ID: a5c000000001
Revises: 9e5500000002
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'a5c000000001'
down_revision = '9e5500000002'
branch_labels = ('archive',)
depends_on = None


def upgrade():
    op.create_table('boxes', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('boxes')
