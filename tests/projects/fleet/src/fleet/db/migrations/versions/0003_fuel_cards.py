"""Fuel cards.

Revision ID: 0003
Revises: 0002
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('fuel_cards', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('fuel_cards')
