"""kennels

Revision ID: 29c7e5d8ab60
Revises: 6d2ef0a41b93
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '29c7e5d8ab60'
down_revision = '6d2ef0a41b93'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('kennels', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('kennels')
