"""add distribution

Revision ID: 011_add_distribution
Revises: 010_add_stripe_and_accounts
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '011_add_distribution'
down_revision = '010_add_stripe_and_accounts'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_distribution', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_distribution')
