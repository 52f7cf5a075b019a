"""alerts

Revision ID: aa03
Revises: aa02
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'aa03'
down_revision = 'aa02'
branch_labels = ('alerts-' + 'v1',)
depends_on = None


def upgrade():
    op.create_table('alerts', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('alerts')
