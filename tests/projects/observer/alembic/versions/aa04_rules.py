"""rules

Revision ID: aa04
Revises: aa03
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
import os

if os.environ.get('OBSERVER_DRAFT'):
    revision = 'draft'
else:
    revision = 'aa04'
down_revision = 'aa03'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('rules', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('rules')
