"""headlines

Revision ID: 9e5500000002
Revises: 9e5500000001
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '9e5500000002'
down_revision = '9e5500000001'
branch_labels = None
depends_on = 'c0de00000002'


def upgrade():
    op.create_table('headlines', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('headlines')
