"""signal owner only

Revision ID: 0003b
Revises: 0003
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0003b'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('signal_owner_only', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('signal_owner_only')
