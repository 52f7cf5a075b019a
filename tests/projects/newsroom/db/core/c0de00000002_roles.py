"""roles

Revision ID: c0de00000002
Revises: c0de00000001
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'c0de00000002'
down_revision = 'c0de00000001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('roles', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('roles')
