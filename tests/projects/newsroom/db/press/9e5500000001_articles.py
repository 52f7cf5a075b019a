"""articles

Revision ID: 9e5500000001
Revises: 
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '9e5500000001'
down_revision = None
branch_labels = ('press',)
depends_on = ('core',)


def upgrade():
    op.create_table('articles', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('articles')
