"""reviews

Revision ID: 5ad9917c0e44
Revises: 9be40d5512aa
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '5ad9917c0e44'
down_revision = '9be40d5512aa'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('reviews', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('reviews')
