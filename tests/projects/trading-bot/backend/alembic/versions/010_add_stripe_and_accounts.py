"""add stripe and accounts

Revision ID: 010
Revises: 009
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '010'
down_revision = '009'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_stripe_and_accounts', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_stripe_and_accounts')
